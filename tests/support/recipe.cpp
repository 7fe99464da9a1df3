#include "tests/support/recipe.h"

#include "tests/support/files.h"
#include "tests/support/recipe_repos.h"
#include "tests/support/recipe_steps.h"
#include "tests/support/recipe_text.h"
#include "tests/support/source_dir.h"

#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

namespace hubward::test {
namespace {

std::optional<std::string> named_text(const toml::table& table, std::string_view key,
                                      const CacheBuilder& cache, const std::string& place) {
  if (!table.contains(key)) {
    return std::nullopt;
  }
  return with_names(text_at(table, key, place), cache);
}

Recipe read_demands(const toml::table& table, const CacheBuilder& cache, const std::string& place) {
  Recipe recipe;
  recipe.about = text_at(table, "about", place);
  if (table.contains("command")) recipe.command = text_at(table, "command", place);
  for (const std::string& word : texts_at(table, "args", place)) {
    recipe.args.push_back(with_names(word, cache));
  }
  recipe.manifest = named_text(table, "manifest", cache, place);
  recipe.lock = named_text(table, "lock", cache, place);
  recipe.config = named_text(table, "config", cache, place);
  if (const toml::table* variables = table["environment"].as_table(); variables != nullptr) {
    for (const auto& [key, value] : *variables) {
      recipe.environment[std::string(key.str())] =
          with_names(text_at(*variables, key.str(), place), cache);
    }
  }
  if (!table.contains("expect") || !table["exit"].is_integer()) {
    throw std::runtime_error(place + ": says neither expect nor exit");
  }
  for (const std::string& line : texts_at(table, "expect", place)) {
    recipe.expect.push_back(with_names(line, cache));
  }
  std::sort(recipe.expect.begin(), recipe.expect.end());
  recipe.damage = texts_at(table, "damage", place);
  recipe.exit = table["exit"].value_or(-1);
  return recipe;
}

}  // namespace

PreparedCache prepare_recipe_text(const std::string& text, const std::string& name) {
  const toml::table table = parse_recipe(text, name);
  refuse_unknown_keys(table,
                      {"about", "command", "args", "manifest", "lock", "config", "environment",
                       "expect", "damage", "exit", "repo", "step"},
                      name);
  PreparedCache prepared;
  prepared.cache = std::make_unique<CacheBuilder>();
  CacheBuilder& cache = *prepared.cache;
  build_repos(table, cache, name);
  prepared.recipe = read_demands(table, cache, name);
  prepared.recipe.name = name;
  for_each_table(table, "step", name, [&](const toml::table& step, const std::string& place) {
    take_step(step, cache, place);
  });
  return prepared;
}

PreparedCache prepare_recipe(const std::string& folder) {
  const std::string file = source_dir() + "/" + folder + "/recipe.toml";
  PreparedCache prepared = prepare_recipe_text(read_file(file), folder);
  prepared.recipe.folder = folder;
  return prepared;
}

std::vector<std::string> recipe_folders(const std::string& below) {
  const std::string root = source_dir() + "/fixtures/" + below;
  std::vector<std::string> folders;
  std::error_code error;
  for (auto entry = std::filesystem::recursive_directory_iterator(root, error);
       !error && entry != std::filesystem::recursive_directory_iterator(); entry.increment(error)) {
    if (entry->path().filename() == "recipe.toml") {
      folders.push_back(parent_of(entry->path().string()).substr(source_dir().size() + 1));
    }
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

BinaryCall PreparedCache::verify_call(const std::string& format) const {
  const std::string around = cache->surroundings();
  BinaryCall call{.folder = around, .environment = recipe.environment, .as = As::nobody};
  call.args = {recipe.command, "--cache-dir", cache->path(), "--format", format};
  if (recipe.manifest) {
    write_file(around + "/model_manifest.txt", *recipe.manifest);
    call.args.insert(call.args.end(), {"--manifest", around + "/model_manifest.txt"});
  }
  if (recipe.lock) {
    write_file(around + "/model_manifest.lock.toml", *recipe.lock);
  }
  if (recipe.config) {
    write_file(around + "/hubward.toml", *recipe.config);
    call.args.insert(call.args.end(), {"--config", around + "/hubward.toml"});
  }
  call.args.insert(call.args.end(), recipe.args.begin(), recipe.args.end());
  return call;
}

}  // namespace hubward::test
