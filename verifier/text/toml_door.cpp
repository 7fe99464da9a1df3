#include "verifier/text/toml_door.h"

#include "verifier/text/show.h"
#include "verifier/text/toml_shape.h"

#include <toml++/toml.h>

namespace hubward {
namespace {

Place place_of(const toml::source_region& region) {
  return {.line = static_cast<int>(region.begin.line),
          .column = static_cast<int>(region.begin.column)};
}

TomlValue converted(toml::node& node);

TomlTable converted(toml::table& table) {
  TomlTable result;
  result.reserve(table.size());
  for (auto&& [key, node] : table)
    result.push_back(TomlMember{
        .key = std::string(key.str()), .place = place_of(key.source()), .value = converted(node)});
  return result;
}

/// Recursion is as deep as toml_shape lets a text be.
TomlValue converted(toml::node& node) {
  TomlValue result{.value = TomlMoment(), .place = place_of(node.source())};
  if (auto* text = node.as_string()) {
    result.value = std::move(text->get());
  } else if (const auto* integer = node.as_integer()) {
    result.value = std::int64_t{integer->get()};
  } else if (const auto* number = node.as_floating_point()) {
    result.value = double{number->get()};
  } else if (const auto* flag = node.as_boolean()) {
    result.value = bool{flag->get()};
  } else if (auto* table = node.as_table()) {
    result.value = converted(*table);
  } else if (auto* array = node.as_array()) {
    TomlArray items;
    items.reserve(array->size());
    for (toml::node& item : *array) items.push_back(converted(item));
    result.value = std::move(items);
  }
  return result;
}

tl::unexpected<Error> refuse(const std::string& path, Place place, std::string what) {
  Diagnostics diagnostics(path);
  diagnostics.error(place, std::move(what));
  return tl::unexpected(diagnostics.joined());
}

}  // namespace

std::string_view kind_of(const TomlValue& value) {
  constexpr std::string_view kKinds[] = {"true or false", "a whole number", "a fraction",
                                         "a string",      "a date or time", "an array",
                                         "a table"};
  static_assert(std::variant_size_v<decltype(TomlValue::value)> == std::size(kKinds));
  return kKinds[value.value.index()];
}

Result<TomlTable> parse_toml(std::string_view text, const std::string& path) {
  if (auto fault = fault_of_toml_shape(text))
    return refuse(path, fault->place, std::move(fault->what));
  try {
    toml::table table = toml::parse(text);
    return converted(table);
  } catch (const toml::parse_error& error) {
    std::string_view what = error.description();
    constexpr std::string_view kRedundant = "Error ";  // "error: " stands before it already
    if (what.starts_with(kRedundant)) what.remove_prefix(kRedundant.size());
    return refuse(path, place_of(error.source()), show(what, 500));
  }
}

}  // namespace hubward
