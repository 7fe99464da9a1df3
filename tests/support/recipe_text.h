// The two small languages inside a recipe: placeholders and byte escapes in paths and texts, and
// the keys that make a content.
#pragma once

#include "tests/support/cache_builder.h"

#include <toml++/toml.h>

#include <string>
#include <string_view>
#include <vector>

namespace hubward::test {

/// Throws when `table` holds a key that is not among `known`; `place` names it.
void refuse_unknown_keys(const toml::table& table, const std::vector<std::string_view>& known,
                         const std::string& place);

/// The value of a string key. Throws when it is missing or of another type.
std::string text_at(const toml::table& table, std::string_view key, const std::string& place);

/// The bytes that text, hex, zeros, noise, safetensors or gguf (exactly one of them) describe.
/// {…} in `text` is replaced.
std::string content_of(const toml::table& table, const CacheBuilder& cache,
                       const std::string& place);

/// The keys that content_of reads.
std::vector<std::string_view> content_keys();

/// {blob:PATH}, {payload:PATH}, {commit}, {cache} and {folder} (around the cache) replaced.
std::string with_names(std::string_view text, const CacheBuilder& cache);

/// The same, and `\xHH` is a byte, `\\` a backslash.
std::string with_bytes(std::string_view text, const CacheBuilder& cache);

}  // namespace hubward::test
