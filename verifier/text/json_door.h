// The only user of nlohmann-json. Reads bounded JSON into a plain value and writes one back.
//
// The library's own tree would recurse as deep as a hostile listing likes and silently keep the
// last of two equal keys; here depth is bounded, duplicates are errors, and nothing throws.
#pragma once

#include <hubward/result.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace hubward {

class JsonValue;
using JsonArray = std::vector<JsonValue>;
/// In the order of insertion; keys are unique after parse_json.
using JsonObject = std::vector<std::pair<std::string, JsonValue>>;

/// A value; deep copies. Numbers without fraction are integers.
class JsonValue {
 public:
  using Variant = std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, double,
                               std::string, JsonArray, JsonObject>;
  JsonValue() : value_(nullptr) {}
  JsonValue(Variant value) : value_(std::move(value)) {}  // NOLINT(google-explicit-constructor)

  bool is_null() const { return std::holds_alternative<std::nullptr_t>(value_); }
  /// nullptr when it is of another kind; borrowed from this value.
  const bool* boolean() const { return std::get_if<bool>(&value_); }
  const std::string* string() const { return std::get_if<std::string>(&value_); }
  const JsonArray* array() const { return std::get_if<JsonArray>(&value_); }
  const JsonObject* object() const { return std::get_if<JsonObject>(&value_); }
  /// A non-negative integer that fits; nullopt otherwise.
  std::optional<std::uint64_t> unsigned_integer() const;
  /// The member of an object; nullptr when absent or no object. Linear in the number of keys.
  const JsonValue* find(std::string_view key) const;
  const Variant& variant() const { return value_; }

 private:
  Variant value_;
};

inline constexpr std::size_t kMaxJsonDepth = 64;
/// Values in one text, containers included. A value takes some 70 bytes and a text of `[[],[],…`
/// has one for three: without this 64 MiB would become gigabytes.
inline constexpr std::size_t kMaxJsonValues = 8'000'000;

/// A byte order mark is refused, as by the clients; an integer beyond 64 bits becomes a double.
/// Errors: bad_input ("not JSON: … at byte N", "nested deeper than 64", "key … stands twice").
/// @param max_depth  nesting of arrays and objects
Result<JsonValue> parse_json(std::string_view text, std::size_t max_depth = kMaxJsonDepth,
                             std::size_t max_values = kMaxJsonValues);

/// Whether parse_json refuses a text for its depth or its number of values, and not only for being
/// no JSON: brackets and commas are counted, whatever stands between them.
bool is_beyond_json_bounds(std::string_view text, std::size_t max_depth = kMaxJsonDepth,
                           std::size_t max_values = kMaxJsonValues);

enum class JsonLayout : unsigned char { compact, indented };
/// Strings must be UTF-8 (see report_path); others have their bad bytes replaced. Control and
/// unseen characters are \uXXXX. Ends without newline.
std::string write_json(const JsonValue& value, JsonLayout layout);

}  // namespace hubward
