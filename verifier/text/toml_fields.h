// Reads the keys that a table may have, one by one, and reports what is of the wrong kind, out of
// range, or not known at all. A key that is silently passed over is a setting that silently does
// nothing.
#pragma once

#include "verifier/text/diagnostic.h"
#include "verifier/text/toml_door.h"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

struct PlacedText {
  std::string text;
  Place place;
};

struct PlacedTexts {
  std::vector<PlacedText> items;
  Place place;  ///< of the array
};

/// Every call names a key, which is known from then on; what is absent or wrong gives nullopt or
/// nullptr, and what is wrong is reported. A key's characters must outlive this reader.
class TomlFields {
 public:
  /// @param section  "[fetch]", for messages; empty for the whole file
  /// @param table, diagnostics  outlive this reader
  TomlFields(const TomlTable& table, std::string section, Diagnostics& diagnostics)
      : table_(table), section_(std::move(section)), diagnostics_(diagnostics) {}

  std::optional<PlacedText> text(std::string_view key);
  std::optional<std::int64_t> number(std::string_view key, std::int64_t least, std::int64_t most);
  std::optional<bool> flag(std::string_view key);
  std::optional<PlacedTexts> texts(std::string_view key);
  const TomlTable* table(std::string_view key);
  /// The tables of an array of tables; nothing when one of them is something else.
  std::vector<const TomlValue*> tables(std::string_view key);
  /// The index of the name that stands there.
  std::optional<std::size_t> choice(std::string_view key, std::span<const std::string_view> names);

  /// Reports each of `keys` that is absent, at `place`.
  void require(std::initializer_list<std::string_view> keys, Place place);
  /// Reports every key that no call has named, with the nearest one that some call has, or all of
  /// them where none is near.
  void report_unknown();

 private:
  template <class T>
  struct Found {
    const T* value = nullptr;
    Place place;
  };
  template <class T>
  Found<T> find(std::string_view key, std::string_view kind);
  void wrong_kind(const std::string& name, const TomlValue& value, std::string_view kind);
  std::string named(std::string_view key) const;

  const TomlTable& table_;
  std::string section_;
  Diagnostics& diagnostics_;
  std::vector<std::string_view> known_;
};

}  // namespace hubward
