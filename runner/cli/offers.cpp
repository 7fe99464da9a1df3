#include "runner/cli/offers.h"

#include "runner/cli/settings.h"
#include <hubward/finding.h>

namespace hubward {
namespace {

std::vector<std::string_view> finding_codes() {
  std::vector<std::string_view> codes;
  for (std::size_t index = 0; index < kFindingCodeCount; ++index) {
    codes.push_back(to_string(static_cast<FindingCode>(index)));
  }
  return codes;
}

std::vector<std::string_view> command_names() {
  std::vector<std::string_view> names;
  for (const Command command : commands()) names.push_back(to_string(command));
  return names;
}

/// A whole word in capitals: REPO is not in "[REPORT…]".
bool names(std::string_view words, std::string_view name) {
  const auto is_capital = [](char letter) { return letter >= 'A' && letter <= 'Z'; };
  for (std::size_t at = words.find(name); at != std::string_view::npos;
       at = words.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    const bool is_whole =
        (at == 0 || !is_capital(words[at - 1])) && (end == words.size() || !is_capital(words[end]));
    if (is_whole) return true;
  }
  return false;
}

}  // namespace

Offers offers_of(const FlagRow& row) {
  if (std::vector<std::string_view> choices = choices_of(row.flag); !choices.empty()) {
    const bool may_be_written = row.value.ends_with("[=FILE]");
    return {may_be_written ? Offer::choice_or_file : Offer::choice, std::move(choices)};
  }
  if (row.value == "CODE") return {Offer::choice, finding_codes()};
  if (row.value == "DIR") return {Offer::folder, {}};
  if (row.value == "FILE" || row.value == "PATH") return {Offer::file, {}};
  return {};
}

Offers offers_of(const CommandRow& row) {
  if (names(row.words, "REPO")) return {Offer::model, {}};
  if (names(row.words, "REPORT")) return {Offer::file, {}};
  if (names(row.words, "CMD")) return {Offer::command_line, {}};
  if (names(row.words, "COMMAND")) return {Offer::choice, command_names()};
  if (names(row.words, "SHELL")) return {Offer::choice, shell_names()};
  return {};
}

ShortFlags short_flags() {
  ShortFlags letters;
  for (const FlagRow& row : flag_rows()) {
    if (row.short_name == 0) continue;
    (row.takes == Takes::nothing ? letters.alone : letters.taking) += row.short_name;
  }
  return letters;
}

}  // namespace hubward
