#include "tests/support/recipe_repos.h"

#include "tests/support/recipe_text.h"

#include <stdexcept>

namespace hubward::test {
namespace {

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

void build_repo(const toml::table& table, CacheBuilder& cache, const std::string& place,
                std::optional<bool> listing) {
  refuse_unknown_keys(table, {"id", "type", "commit", "ref", "listing", "layout", "file"}, place);
  RepoBuilder& repo = cache.repo(text_at(table, "id", place),
                                 {.type = table["type"].value_or(std::string("model")),
                                  .commit = table["commit"].value_or(std::string(kCommit)),
                                  .ref = table["ref"].value_or(std::string("main")),
                                  .layout = layout_at(table, place)});
  for_each_table(table, "file", place, [&](const toml::table& file, const std::string& where) {
    build_file(file, cache, repo, where);
  });
  if (listing && table.contains("listing")) {
    throw std::runtime_error(place + ": the listing is not this recipe's to say");
  }
  if (listing.value_or(table["listing"].value_or(false))) {
    repo.listing();
  }
}

}  // namespace

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

void for_each_table(const toml::table& table, std::string_view key, const std::string& place,
                    const std::function<void(const toml::table&, const std::string&)>& action) {
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

toml::table parse_recipe(const std::string& text, const std::string& place) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    throw std::runtime_error(place + ":" + std::to_string(error.source().begin.line) + ": " +
                             std::string(error.description()));
  }
}

void build_repos(const toml::table& table, CacheBuilder& cache, const std::string& place,
                 std::optional<bool> listing) {
  for_each_table(table, "repo", place, [&](const toml::table& repo, const std::string& where) {
    build_repo(repo, cache, where, listing);
  });
}

}  // namespace hubward::test
