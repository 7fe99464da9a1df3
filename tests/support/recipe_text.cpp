#include "tests/support/recipe_text.h"

#include "tests/support/contents.h"

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace hubward::test {
namespace {

const RepoBuilder& repo_having(const CacheBuilder& cache, const std::string& path) {
  for (const auto& repo : cache.repos()) {
    if (repo->has(path)) {
      return *repo;
    }
  }
  throw std::runtime_error("no repo of the recipe has a file " + path);
}

// What `{name}` stands for; nullopt: the brace is a brace.
std::optional<std::string> named(std::string_view name, const CacheBuilder& cache) {
  constexpr std::string_view kBlob = "blob:";
  constexpr std::string_view kPayload = "payload:";
  if (name.substr(0, kBlob.size()) == kBlob) {
    const std::string path(name.substr(kBlob.size()));
    return repo_having(cache, path).blob_name(path);
  }
  if (name.substr(0, kPayload.size()) == kPayload) {
    const std::string path(name.substr(kPayload.size()));
    return repo_having(cache, path).payload(path);
  }
  if (name == "commit") {
    return cache.repos().empty() ? kCommit : cache.repos().front()->current_commit();
  }
  if (name == "cache") {
    return cache.path();
  }
  if (name == "folder") {
    return cache.surroundings();
  }
  return std::nullopt;
}

std::size_t size_at(const toml::table& table, std::string_view key, const std::string& place) {
  const auto value = table[key].value<std::int64_t>();
  if (!value || *value < 0) {
    throw std::runtime_error(place + ": " + std::string(key) + " is no size");
  }
  return static_cast<std::size_t>(*value);
}

std::string without_escapes(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      bytes += text[i];
    } else if (text.substr(i, 2) == "\\\\") {
      bytes += '\\';
      i += 1;
    } else if (text.substr(i, 2) == "\\x" && i + 4 <= text.size()) {
      bytes += from_hex(std::string(text.substr(i + 2, 2)));
      i += 3;
    } else {
      throw std::runtime_error("neither \\xHH nor \\\\ in: " + std::string(text));
    }
  }
  return bytes;
}

}  // namespace

void refuse_unknown_keys(const toml::table& table, const std::vector<std::string_view>& known,
                         const std::string& place) {
  for (const auto& [key, value] : table) {
    if (std::find(known.begin(), known.end(), key.str()) == known.end()) {
      throw std::runtime_error(place + ": unknown key " + std::string(key.str()));
    }
  }
}

std::string text_at(const toml::table& table, std::string_view key, const std::string& place) {
  const auto value = table[key].value<std::string>();
  if (!value) {
    throw std::runtime_error(place + ": no text " + std::string(key));
  }
  return *value;
}

std::vector<std::string_view> content_keys() {
  return {"text", "hex", "zeros", "noise", "seed", "safetensors", "gguf"};
}

std::string content_of(const toml::table& table, const CacheBuilder& cache,
                       const std::string& place) {
  int given = 0;
  std::string bytes;
  const auto take = [&](std::string_view key, auto make) {
    if (table.contains(key)) {
      given += 1;
      bytes = make();
    }
  };
  const std::size_t seed = table.contains("seed") ? size_at(table, "seed", place) : 0;
  take("text", [&] { return with_names(text_at(table, "text", place), cache); });
  take("hex", [&] { return from_hex(text_at(table, "hex", place)); });
  take("zeros", [&] { return std::string(size_at(table, "zeros", place), '\0'); });
  take("noise", [&] { return noise(size_at(table, "noise", place), seed); });
  take("safetensors", [&] { return safetensors(size_at(table, "safetensors", place), seed); });
  take("gguf", [&] { return gguf(size_at(table, "gguf", place), seed); });
  if (given != 1) {
    throw std::runtime_error(place + ": exactly one of text, hex, zeros, noise, safetensors, gguf");
  }
  return bytes;
}

std::string with_names(std::string_view text, const CacheBuilder& cache) {
  std::string result;
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    result += text.substr(0, open);
    if (open == std::string_view::npos) {
      break;
    }
    text.remove_prefix(open);
    const std::size_t close = text.find('}');
    const auto value =
        close == std::string_view::npos ? std::nullopt : named(text.substr(1, close - 1), cache);
    if (value) {
      result += *value;
      text.remove_prefix(close + 1);
    } else {
      result += '{';
      text.remove_prefix(1);
    }
  }
  return result;
}

std::string with_bytes(std::string_view text, const CacheBuilder& cache) {
  return without_escapes(with_names(text, cache));
}

}  // namespace hubward::test
