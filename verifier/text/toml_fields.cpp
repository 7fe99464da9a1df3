#include "verifier/text/toml_fields.h"

#include "verifier/text/nearest.h"
#include "verifier/text/show.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace hubward {

std::string TomlFields::named(std::string_view key) const {
  return section_.empty() ? show(key, 100) : fmt::format("{} {}", section_, show(key, 100));
}

void TomlFields::wrong_kind(const std::string& name, const TomlValue& value,
                            std::string_view kind) {
  diagnostics_.error(value.place,
                     fmt::format("{} is {}, but must be {}", name, kind_of(value), kind));
}

template <class T>
TomlFields::Found<T> TomlFields::find(std::string_view key, std::string_view kind) {
  known_.push_back(key);
  const auto member = std::ranges::find(table_, key, &TomlMember::key);
  if (member == table_.end()) return {};
  const T* wanted = member->value.as<T>();
  if (wanted == nullptr) wrong_kind(named(key), member->value, kind);
  return {.value = wanted, .place = member->value.place};
}

std::optional<PlacedText> TomlFields::text(std::string_view key) {
  const auto found = find<std::string>(key, "a string");
  if (found.value == nullptr) return std::nullopt;
  return PlacedText{.text = *found.value, .place = found.place};
}

std::optional<std::int64_t> TomlFields::number(std::string_view key, std::int64_t least,
                                               std::int64_t most) {
  const auto found = find<std::int64_t>(key, "a whole number");
  if (found.value == nullptr) return std::nullopt;
  if (*found.value >= least && *found.value <= most) return *found.value;
  diagnostics_.error(found.place,
                     least == most
                         ? fmt::format("{} is {}, but must be {}", named(key), *found.value, least)
                         : fmt::format("{} is {}, but must be from {} to {}", named(key),
                                       *found.value, least, most));
  return std::nullopt;
}

std::optional<bool> TomlFields::flag(std::string_view key) {
  const auto found = find<bool>(key, "true or false");
  if (found.value == nullptr) return std::nullopt;
  return *found.value;
}

std::optional<PlacedTexts> TomlFields::texts(std::string_view key) {
  const auto found = find<TomlArray>(key, "an array of strings");
  if (found.value == nullptr) return std::nullopt;
  PlacedTexts texts{.items = {}, .place = found.place};
  for (const TomlValue& item : *found.value) {
    if (const auto* text = item.as<std::string>()) {
      texts.items.push_back({.text = *text, .place = item.place});
    } else {
      wrong_kind(fmt::format("an item of {}", named(key)), item, "a string");
    }
  }
  if (texts.items.size() != found.value->size()) return std::nullopt;
  return texts;
}

const TomlTable* TomlFields::table(std::string_view key) {
  return find<TomlTable>(key, "a table").value;
}

std::vector<const TomlValue*> TomlFields::tables(std::string_view key) {
  const TomlArray* items = find<TomlArray>(key, "an array of tables").value;
  if (items == nullptr) return {};
  std::vector<const TomlValue*> tables;
  for (const TomlValue& item : *items) {
    if (item.as<TomlTable>() != nullptr) {
      tables.push_back(&item);
    } else {
      wrong_kind(fmt::format("an item of {}", named(key)), item, "a table");
    }
  }
  return tables;
}

std::optional<std::size_t> TomlFields::choice(std::string_view key,
                                              std::span<const std::string_view> names) {
  const auto given = text(key);
  if (!given) return std::nullopt;
  const auto found = std::ranges::find(names, std::string_view(given->text));
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  diagnostics_.error(given->place,
                     fmt::format("{} is \"{}\", but must be one of {}; the nearest is "
                                 "\"{}\"",
                                 named(key), show(given->text, 100), fmt::join(names, ", "),
                                 nearest(given->text, names)));
  return std::nullopt;
}

void TomlFields::require(std::initializer_list<std::string_view> keys, Place place) {
  for (const std::string_view key : keys)
    if (std::ranges::find(table_, key, &TomlMember::key) == table_.end())
      diagnostics_.error(place, fmt::format("{} is missing", named(key)));
}

void TomlFields::report_unknown() {
  for (const TomlMember& member : table_) {
    if (std::ranges::find(known_, member.key) != known_.end()) continue;
    const std::string_view near = nearest(member.key, known_);
    // Any other word would be as good a guess as the nearest of strange ones.
    const std::string hint = is_near(member.key, near)
                                 ? fmt::format("the nearest known one is \"{}\"", near)
                                 : fmt::format("known are {}", fmt::join(known_, ", "));
    diagnostics_.error(member.place,
                       fmt::format("unknown key \"{}\"{}{}; {}", show(member.key, 100),
                                   section_.empty() ? "" : " in ", section_, hint));
  }
}

}  // namespace hubward
