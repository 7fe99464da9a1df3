#include "runner/cli/preparation.h"

#include "runner/cli/text_file.h"
#include "runner/cli/tokens.h"
#include "verifier/cache/location.h"
#include "verifier/text/show.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <utility>

namespace hubward {
namespace {

struct RepoWord {
  RepoType type = RepoType::model;
  std::string_view id;
  std::optional<std::string_view> revision;
};

RepoWord read_word(std::string_view word) {
  RepoWord read;
  const std::size_t at = word.find('@');
  if (at != std::string_view::npos) read.revision = word.substr(at + 1);
  read.id = word.substr(0, at);
  for (const RepoType type :
       {RepoType::model, RepoType::dataset, RepoType::space, RepoType::kernel}) {
    const std::string prefix = std::string(plural(type)) + "/";
    if (!read.id.starts_with(prefix)) continue;
    read.type = type;
    read.id.remove_prefix(prefix.size());
    break;
  }
  return read;
}

bool matches(const ManifestEntry& entry, const RepoWord& word) {
  return entry.repo.type() == word.type && entry.repo.id() == word.id &&
         (!word.revision || entry.revision.text() == *word.revision);
}

tl::unexpected<Error> no_such_entry(const Manifest& manifest, const std::string& word) {
  const RepoWord read = read_word(word);
  std::string what =
      fmt::format("`{}` matches no entry of {}", show(word, 200), show(manifest.path));
  std::string revisions;
  for (const ManifestEntry& entry : manifest.entries) {
    if (matches(entry, RepoWord{read.type, read.id, std::nullopt})) {
      revisions += fmt::format("{}{}", revisions.empty() ? "" : ", ", show(entry.revision.text()));
    }
  }
  if (!revisions.empty()) {
    what += fmt::format("; it has that id at {}", revisions);
  } else if (const std::string near = nearest_id(manifest, word); !near.empty()) {
    what += fmt::format("; did you mean `{}`?", show(near));
  }
  return fail(ErrorKind::usage, "", std::move(what));
}

/// "~" as in a shell, then beneath the configuration's folder: the file may stand anywhere.
std::string configured_path(const std::string& path, const std::string& base,
                            const Surroundings& surroundings) {
  return beneath(base, expand_user(path, location_request(surroundings)).value_or(path));
}

Result<CacheLocation> find_cache(const Settings& settings, const Inputs& inputs,
                                 const Surroundings& surroundings) {
  CacheLocationRequest request = location_request(surroundings);
  request.flag = settings.cache_dir;
  request.flag_is_from_environment = settings.cache_dir_is_from_environment;
  if (inputs.config.cache.dir) {
    request.configured = configured_path(*inputs.config.cache.dir, inputs.base, surroundings);
  }
  request.client = inputs.config.cache.client;
  return locate_cache(request);
}

/// As written and as resolved, for a link's text may name the directory either way.
void add_root(const std::string& root, std::vector<std::string>& roots) {
  std::string plain = std::filesystem::path(root).lexically_normal().string();
  while (plain.size() > 1 && plain.ends_with('/')) plain.pop_back();
  std::error_code failure;
  const std::string resolved = std::filesystem::canonical(plain, failure).string();
  roots.push_back(plain);
  if (!failure && resolved != plain) roots.push_back(resolved);
}

VerifyRequest request_for(const Settings& settings, const Inputs& inputs,
                          const CacheLocation& cache, const Surroundings& surroundings) {
  VerifyRequest request;
  request.cache_path = cache.path;
  request.cache_source = cache.source;
  request.place_flags = settings.place_flags;
  for (const std::string& root : inputs.config.cache.allow_roots) {
    add_root(configured_path(root, inputs.base, surroundings), request.allow_roots);
  }
  request.manifest = inputs.manifest ? &*inputs.manifest : nullptr;
  request.lock = inputs.lock ? &*inputs.lock : nullptr;
  request.scope = settings.scope;
  request.shard = settings.shard;
  request.level = settings.level.value_or(inputs.config.verify.level);
  request.require = settings.require.value_or(inputs.config.verify.require);
  // As cargo's: an entry that the lock does not hold would need the lock to change.
  if (settings.lock_use == LockUse::required) request.require = Basis::lock;
  request.client = inputs.config.cache.client;
  request.hf_home_set = surroundings.variables.contains("HF_HOME");
  request.jobs = settings.jobs;
  request.list_files = std::ranges::any_of(settings.formats, [](const FormatTarget& target) {
    return target.format->needs == FormatNeeds::files;
  });
  return request;
}

void log_choices(const Inputs& inputs) {
  const auto name = [](const std::string& path) { return path.empty() ? "none" : show(path); };
  spdlog::info("configuration: {}", name(inputs.config.path));
  spdlog::info("manifest: {}", inputs.manifest ? name(inputs.manifest->path) : "none");
  spdlog::info("lock: {}", inputs.lock ? name(inputs.lock->path) : "none");
}

}  // namespace

Result<std::vector<std::size_t>> select_entries(const Manifest& manifest,
                                                const std::vector<std::string>& words) {
  std::vector<std::size_t> selected;
  for (const std::string& word : words) {
    const RepoWord read = read_word(word);
    const std::size_t before = selected.size();
    bool is_known = false;
    for (std::size_t index = 0; index < manifest.entries.size(); ++index) {
      if (!matches(manifest.entries[index], read)) continue;
      is_known = true;
      if (std::ranges::find(selected, index) == selected.end()) selected.push_back(index);
    }
    if (!is_known && selected.size() == before) return no_such_entry(manifest, word);
  }
  std::ranges::sort(selected);
  return selected;
}

tl::expected<Preparation, Refusal> prepare(const Settings& settings, const CommandLine& line,
                                           const Surroundings& surroundings,
                                           NeedsManifest needs_manifest) {
  // `verify --all` judges what is there; a REPO is an entry, so it needs the list of them.
  const bool may_lack =
      needs_manifest == NeedsManifest::no && settings.scope == Scope::all && line.words.empty();
  auto inputs = read_inputs(settings, surroundings.working_directory,
                            may_lack ? NeedsManifest::no : NeedsManifest::yes);
  if (!inputs) return tl::unexpected(std::move(inputs.error()));

  log_choices(*inputs);
  Preparation made;
  made.inputs = std::make_unique<const Inputs>(std::move(*inputs));
  const auto cache = find_cache(settings, *made.inputs, surroundings);
  if (!cache) return tl::unexpected(Refusal{cache.error(), Input::cache});
  spdlog::info("cache: {} ({})", show(cache->path), cache->source);
  made.verify = request_for(settings, *made.inputs, *cache, surroundings);
  made.cache_is_our_choice = settings.cache_dir || made.inputs->config.cache.dir;
  if (!line.words.empty()) {
    auto selected = select_entries(*made.inputs->manifest, line.words);
    if (!selected) return tl::unexpected(Refusal{selected.error(), Input::command_line});
    made.verify.selected = std::move(*selected);
  }
  return made;
}

}  // namespace hubward
