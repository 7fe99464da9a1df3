#include "runner/cli/wishes.h"

#include "verifier/text/show.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace hubward {
namespace {

std::string lowered(std::string_view text) {
  std::string lower(text);
  for (char& letter : lower) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return lower;
}

}  // namespace

std::vector<Wish> Wishes::all(Flag flag) const {
  const FlagRow& row = row_of(flag);
  std::vector<Wish> wishes;
  if (const auto said = line_.flags.find(flag); said != line_.flags.end()) {
    for (const std::string& text : said->second) {
      wishes.push_back(Wish{text, shown_name(row), false});
    }
    return wishes;
  }
  if (row.variable == Variable::no || !is_known_to(row, line_.command)) return wishes;
  std::string name = variable_of(row);
  if (const auto set = environment_.find(name); set != environment_.end() && !set->second.empty()) {
    wishes.push_back(Wish{set->second, std::move(name), true});
  }
  return wishes;
}

std::optional<Wish> Wishes::one(Flag flag) const {
  std::vector<Wish> wishes = all(flag);
  if (wishes.empty()) return std::nullopt;
  return std::move(wishes.back());
}

std::optional<std::string> Wishes::text(Flag flag) const {
  const std::optional<Wish> wish = one(flag);
  if (!wish) return std::nullopt;
  return wish->text;
}

Result<std::optional<bool>> Wishes::truth(Flag flag) const {
  const std::optional<Wish> wish = one(flag);
  if (!wish) return std::optional<bool>();
  const std::string text = lowered(wish->text);
  for (const std::string_view yes : {"1", "true", "yes", "on"}) {
    if (text == yes) return std::optional<bool>(true);
  }
  for (const std::string_view no : {"0", "false", "no", "off"}) {
    if (text == no) return std::optional<bool>(false);
  }
  return fail(ErrorKind::usage, wish->origin,
              fmt::format("`{}` is neither 1 nor 0", show(wish->text, 100)));
}

Result<bool> Wishes::is_on(Flag flag) const {
  HUBWARD_TRY(const std::optional<bool> truth_of_it, truth(flag));
  return truth_of_it.value_or(false);
}

tl::unexpected<Error> none_of(const Wish& wish, std::span<const std::string_view> known) {
  return fail(ErrorKind::usage, wish.origin,
              fmt::format("`{}` is none of {}", show(wish.text, 100), fmt::join(known, ", ")));
}

}  // namespace hubward
