// The only user of toml++. Reads bounded TOML into plain values that know their places; the
// library's exceptions and its recursion over hostile depth end here.
#pragma once

#include "verifier/text/diagnostic.h"
#include <hubward/result.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hubward {

struct TomlValue;
struct TomlMember;
using TomlArray = std::vector<TomlValue>;
/// Sorted by key, each key once.
using TomlTable = std::vector<TomlMember>;
/// A date or a time of day; no text of ours has one.
struct TomlMoment {};

struct TomlValue {
  std::variant<bool, std::int64_t, double, std::string, TomlMoment, TomlArray, TomlTable> value;
  Place place;

  template <class T>
  const T* as() const {
    return std::get_if<T>(&value);
  }
};

struct TomlMember {
  std::string key;
  Place place;  ///< of the key
  TomlValue value;
};

/// "a string", "a whole number", …: for messages.
std::string_view kind_of(const TomlValue& value);

/// @param path  for messages only
/// Errors: bad_input, one "FILE:LINE:COL: error: …", the first that breaks TOML or the bounds of
/// text/toml_shape.h.
Result<TomlTable> parse_toml(std::string_view text, const std::string& path);

}  // namespace hubward
