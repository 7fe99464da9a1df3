#include "tests/fuzz/seeds.h"

#include "tests/support/files.h"
#include "tests/support/recipe.h"
#include "tests/support/source_dir.h"
#include "tests/support/source_tree.h"
#include "verifier/report/json.h"
#include "verifier/text/json_door.h"
#include <hubward/verify.h>

#include <array>
#include <filesystem>
#include <functional>
#include <map>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace hubward::fuzz {
namespace {

namespace fs = std::filesystem;
using Seeds = std::set<std::string>;

// What a larger one says, a smaller one says too, and sooner.
constexpr std::uintmax_t kLargestSeed = 16 * 1024;

void take_files(Seeds& seeds, const std::string& folder, const std::vector<std::string>& endings) {
  for (const std::string& file : test::source_files({folder}, endings)) {
    seeds.insert(test::source_text(file));
  }
}

// The table of globs is made by the Hub's own function: tests/support/make_glob_table.py.
void take_globs(Seeds& seeds) {
  std::vector<std::string> paths;
  for (const std::string& line :
       test::lines_of(test::source_text("fixtures/globs/fnmatch.jsonl"))) {
    const auto row = parse_json(line);
    if (!row || row->array() == nullptr) throw std::runtime_error("no row of globs: " + line);
    std::vector<std::string> texts;
    for (const JsonValue& cell : *row->array()) texts.push_back(*cell.string());
    if (paths.empty()) {
      paths = texts;
      continue;
    }
    // One path that this glob takes, and the last, so that both answers are among the seeds.
    const std::size_t taken = texts.at(1).find('1');
    if (taken != std::string::npos) seeds.insert(texts.front() + "\n" + paths.at(taken));
    seeds.insert(texts.front() + "\n" + paths.back());
  }
}

constexpr std::array<std::string_view, 7> kDoorsIntoCaches = {
    "path", "listing", "index", "safetensors", "gguf", "ref", "json"};

bool is_for(std::string_view door, const std::string& path) {
  const auto ends = [&](std::string_view ending) { return path.ends_with(ending); };
  const auto has = [&](std::string_view part) { return path.find(part) != std::string::npos; };
  if (door == "listing") return has("/trees/");
  if (door == "index") return ends(".index.json");
  if (door == "safetensors") return ends(".safetensors");
  if (door == "gguf") return ends(".gguf");
  if (door == "ref") return has("/refs/");
  if (door == "json") return ends(".json");
  return false;
}

void take_node(Seeds& seeds, std::string_view door, const fs::directory_entry& node,
               const std::string& cache) {
  const std::string path = node.path().string();
  std::error_code error;
  if (door == "path") {
    seeds.insert(path.substr(cache.size() + 1));
    if (node.is_symlink(error)) seeds.insert(test::read_link(path));
  } else if (is_for(door, path) && node.is_regular_file(error) &&
             node.file_size(error) <= kLargestSeed && !error) {
    seeds.insert(test::read_file(path));
  }
}

/// What a shard would say of this cache.
void take_shard_report(Seeds& seeds, const test::Recipe& recipe, const std::string& cache) {
  VerifyRequest request{.cache_path = cache, .scope = Scope::all, .shard = Shard{1, 2}};
  std::optional<Manifest> manifest;
  if (recipe.manifest) {
    if (auto parsed = parse_manifest(*recipe.manifest, "model_manifest.txt")) {
      manifest = std::move(*parsed);
      request.manifest = &*manifest;
    }
  }
  Observer observer;
  const auto report = verify(request, observer);
  if (!report) return;
  std::string text = render_json(*report);
  if (text.size() <= kLargestSeed) seeds.insert(std::move(text));
}

void take_recipe(std::map<std::string, Seeds, std::less<>>& seeds, const std::string& folder) {
  const test::PreparedCache prepared = test::prepare_recipe(folder);
  const test::Recipe& recipe = prepared.recipe;
  if (recipe.manifest) seeds["manifest"].insert(*recipe.manifest);
  if (recipe.lock) seeds["lock"].insert(*recipe.lock);
  if (recipe.config) seeds["config"].insert(*recipe.config);
  const std::string& cache = prepared.cache->path();
  take_shard_report(seeds["shard"], recipe, cache);
  std::error_code error;
  constexpr auto kQuietly = fs::directory_options::skip_permission_denied;
  for (fs::recursive_directory_iterator node(cache, kQuietly, error), end; !error && node != end;
       node.increment(error)) {
    for (const std::string_view door : kDoorsIntoCaches) {
      take_node(seeds[std::string(door)], door, *node, cache);
    }
  }
}

/// By door. Some hundred caches are built for it, so once for all doors of a program.
const std::map<std::string, Seeds, std::less<>>& seeds_of_recipes() {
  static const auto kSeeds = [] {
    std::map<std::string, Seeds, std::less<>> seeds;
    for (const std::string& folder : test::recipe_folders("caches")) take_recipe(seeds, folder);
    return seeds;
  }();
  return kSeeds;
}

}  // namespace

std::set<std::string> seeds_for(std::string_view door) {
  Seeds seeds;
  if (door == "manifest") take_files(seeds, "fixtures/manifests", {".txt"});
  if (door == "config") take_files(seeds, "fixtures/configs", {".toml"});
  if (door == "lock") take_files(seeds, "fixtures/locks", {".toml"});
  if (door == "journal") take_files(seeds, "fixtures/journals", {".jsonl"});
  if (door == "json") take_files(seeds, "fixtures/golden", {".json"});
  if (door == "glob") take_globs(seeds);
  if (door == "hub_answer") take_files(seeds, "fixtures/hub", {".http"});
  if (door == "dns") take_files(seeds, "fixtures/dns", {".dns"});
  if (door == "sockaddr") take_files(seeds, "fixtures/sockaddr", {".raw"});
  // Any bytes do; these are of many lengths.
  if (door == "lanes") take_files(seeds, "fixtures/manifests", {".txt"});
  const auto found = seeds_of_recipes().find(door);
  if (found != seeds_of_recipes().end()) seeds.insert(found->second.begin(), found->second.end());
  if (seeds.empty()) throw std::runtime_error("no seed for the door " + std::string(door));
  take_files(seeds, "fixtures/fuzz/" + std::string(door), {""});
  return seeds;
}

}  // namespace hubward::fuzz
