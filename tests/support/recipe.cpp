#include "tests/support/recipe.h"

#include "tests/support/files.h"
#include "tests/support/recipe_steps.h"
#include "tests/support/recipe_text.h"
#include "tests/support/source_dir.h"

#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

namespace hubward::test {
namespace {

std::vector<std::string> texts_at(const toml::table& table, std::string_view key,
                                  const std::string& place) {
  std::vector<std::string> texts;
  if (!table.contains(key)) {
    return texts;
  }
  const toml::array* array = table[key].as_array();
  if (array == nullptr) {
    throw std::runtime_error(place + ": " + std::string(key) + " is no list");
  }
  for (const toml::node& node : *array) {
    const auto text = node.value<std::string>();
    if (!text) {
      throw std::runtime_error(place + ": " + std::string(key) + " holds what is no text");
    }
    texts.push_back(*text);
  }
  return texts;
}

template <class Do>
void for_each_table(const toml::table& table, std::string_view key, const std::string& place,
                    Do action) {
  if (!table.contains(key)) {
    return;
  }
  const toml::array* array = table[key].as_array();
  if (array == nullptr) {
    throw std::runtime_error(place + ": " + std::string(key) + " is no list of tables");
  }
  int number = 0;
  for (const toml::node& node : *array) {
    const toml::table* item = node.as_table();
    if (item == nullptr) {
      throw std::runtime_error(place + ": " + std::string(key) + " holds what is no table");
    }
    number += 1;
    action(*item, place + ", " + std::string(key) + " " + std::to_string(number));
  }
}

void build_file(const toml::table& table, const CacheBuilder& cache, RepoBuilder& repo,
                const std::string& place) {
  std::vector<std::string_view> known = content_keys();
  known.insert(known.end(), {"path", "lfs", "on_disk", "xet_hash"});
  refuse_unknown_keys(table, known, place);
  repo.file(with_bytes(text_at(table, "path", place), cache), content_of(table, cache, place),
            {.lfs = table["lfs"].value_or(false),
             .on_disk = table["on_disk"].value_or(true),
             .xet_hash = table["xet_hash"].value_or(std::string())});
}

Layout layout_at(const toml::table& table, const std::string& place) {
  const auto name = table["layout"].value_or(std::string("symlinks"));
  if (name == "symlinks") {
    return Layout::symlinks;
  }
  if (name == "copies") {
    return Layout::copies;
  }
  if (name == "shared") {
    return Layout::shared;
  }
  throw std::runtime_error(place + ": no such layout: " + name);
}

void build_repo(const toml::table& table, CacheBuilder& cache, const std::string& place) {
  refuse_unknown_keys(table, {"id", "type", "commit", "ref", "listing", "layout", "file"}, place);
  RepoBuilder& repo = cache.repo(text_at(table, "id", place),
                                 {.type = table["type"].value_or(std::string("model")),
                                  .commit = table["commit"].value_or(std::string(kCommit)),
                                  .ref = table["ref"].value_or(std::string("main")),
                                  .layout = layout_at(table, place)});
  for_each_table(table, "file", place, [&](const toml::table& file, const std::string& where) {
    build_file(file, cache, repo, where);
  });
  if (table["listing"].value_or(false)) {
    repo.listing();
  }
}

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

toml::table parse(const std::string& text, const std::string& place) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    throw std::runtime_error(place + ":" + std::to_string(error.source().begin.line) + ": " +
                             std::string(error.description()));
  }
}

}  // namespace

PreparedCache prepare_recipe_text(const std::string& text, const std::string& name) {
  const toml::table table = parse(text, name);
  refuse_unknown_keys(table,
                      {"about", "args", "manifest", "lock", "config", "environment", "expect",
                       "damage", "exit", "repo", "step"},
                      name);
  PreparedCache prepared;
  prepared.cache = std::make_unique<CacheBuilder>();
  CacheBuilder& cache = *prepared.cache;
  for_each_table(table, "repo", name, [&](const toml::table& repo, const std::string& place) {
    build_repo(repo, cache, place);
  });
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
  call.args = {"verify", "--cache-dir", cache->path(), "--format", format};
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
