// A page for man(1), from what help prints: the same texts and tables, in roff. What a manual tells
// and help does not is written by hand in docs/man, a file a page: what stands there before its
// first heading goes on with the description, the rest follows the exit codes.
#include "runner/cli/help.h"
#include "runner/cli/man_prose.h"
#include <hubward/version.h>

#include <fmt/format.h>

#include <algorithm>

namespace hubward {
namespace {

bool is_letter(char sign) { return (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z'); }

/// A flag as it stands in a sentence: from its first hyphen to its end; empty where none begins.
std::string_view flag_at(std::string_view text, std::size_t at) {
  if (at > 0 && text[at - 1] != ' ' && text[at - 1] != '(' && text[at - 1] != '\n') return {};
  std::size_t end = at;
  while (end < text.size() && end < at + 2 && text[end] == '-') ++end;
  if (end == at || end == text.size() || !is_letter(text[end])) return {};
  while (end < text.size() && (is_letter(text[end]) || text[end] == '-')) ++end;
  return text.substr(at, end - at);
}

std::string escaped(std::string_view text) {
  constexpr std::string_view kEllipsis = "…";
  std::string roff;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text.substr(at).starts_with(kEllipsis)) {
      roff += "\\&...";
      at += kEllipsis.size() - 1;
    } else if (text[at] == '\\') {
      roff += "\\e";
    } else if (text[at] == '-') {
      roff += "\\-";
    } else {
      roff += text[at];
    }
  }
  return roff;
}

std::string bold(std::string_view text) { return fmt::format("\\fB{}\\fP", escaped(text)); }
std::string italic(std::string_view text) { return fmt::format("\\fI{}\\fP", escaped(text)); }

/// A sentence of the help: `code` and flags are bold, and no line of it is a command to roff.
std::string sentence(std::string_view text) {
  std::string roff;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::string_view flag = flag_at(text, at);
    const std::size_t close = text[at] == '`' ? text.find('`', at + 1) : std::string_view::npos;
    if (close != std::string_view::npos) {
      roff += bold(text.substr(at + 1, close - at - 1));
      at = close;
    } else if (!flag.empty()) {
      roff += bold(flag);
      at += flag.size() - 1;
    } else {
      roff += escaped(text.substr(at, text.substr(at).starts_with("…") ? 3 : 1));
      if (text.substr(at).starts_with("…")) at += 2;
    }
    const bool begins_line = at + 1 < text.size() && text[at] == '\n';
    if (begins_line && (text[at + 1] == '.' || text[at + 1] == '\'')) roff += "\\&";
  }
  return roff;
}

/// The parts of a help text, which blank lines divide.
std::vector<std::string_view> paragraphs_of(std::string_view text) {
  std::vector<std::string_view> paragraphs;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find("\n\n"), text.size());
    std::string_view paragraph = text.substr(0, end);
    while (paragraph.ends_with('\n')) paragraph.remove_suffix(1);
    paragraphs.push_back(paragraph);
    text.remove_prefix(std::min(end + 2, text.size()));
  }
  return paragraphs;
}

/// "usage: hubward verify [FLAGS] [REPO…]" a line each.
std::string synopsis_of(std::string_view usage) {
  std::string roff = ".SH SYNOPSIS\n";
  usage.remove_prefix(std::string_view("usage: ").size());
  while (!usage.empty()) {
    const std::size_t end = std::min(usage.find('\n'), usage.size());
    std::string_view line = usage.substr(0, end);
    line.remove_prefix(line.find_first_not_of(' '));
    const std::size_t name = line.find(' ');
    roff += fmt::format("{} {}\n", bold(line.substr(0, name)), sentence(line.substr(name + 1)));
    usage.remove_prefix(std::min(end + 1, usage.size()));
    if (!usage.empty()) roff += ".br\n";
  }
  return roff;
}

std::string flag_entry(const FlagRow& row) {
  std::string names;
  if (row.short_name != 0) names = bold(std::string{'-', row.short_name});
  if (!row.long_name.empty()) names += (names.empty() ? "" : ", ") + bold(row.long_name);
  if (!row.value.empty()) names += " " + italic(row.value);
  return fmt::format(".TP\n{}\n{}\n", names, sentence(row.help));
}

enum class Whose : unsigned char { everyone, own };

std::string flags_of(Command command, Whose whose, std::string_view heading) {
  std::string entries;
  for (const FlagRow& row : flag_rows()) {
    if (row.help.empty() || is_global(row) != (whose == Whose::everyone)) continue;
    if (is_known_to(row, command)) entries += flag_entry(row);
  }
  return entries.empty() ? "" : fmt::format(".SH {}\n{}", heading, entries);
}

/// "0", "130, 143", "128+N": what a sentence about an exit code begins with; empty where none does.
std::string_view code_of(std::string_view item) {
  if (item.empty() || item.front() < '0' || item.front() > '9') return {};
  std::size_t end = item.find_first_not_of("0123456789+N, ");
  if (end == std::string_view::npos) return {};
  while (end > 0 && item[end - 1] == ' ') --end;
  return item.substr(0, end);
}

/// "exit codes: 0 done; 64 usage": an entry each.
std::string exit_codes_of(std::string_view paragraph) {
  paragraph.remove_prefix(std::string_view("exit codes: ").size());
  std::string text(paragraph);
  std::ranges::replace(text, '\n', ' ');
  std::string roff = ".SH EXIT STATUS\n";
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find("; "), rest.size());
    const std::string_view item = rest.substr(0, end);
    const std::string_view code = code_of(item);
    if (!code.empty()) {
      roff += fmt::format(".TP\n{}\n{}\n", bold(code), sentence(item.substr(code.size() + 1)));
    } else {
      // Right behind a heading a paragraph begins by itself.
      roff += fmt::format("{}{}\n", roff.ends_with("STATUS\n") ? "" : ".PP\n", sentence(item));
    }
    rest.remove_prefix(std::min(end + 2, rest.size()));
  }
  return roff;
}

std::string command_list() {
  std::string roff = ".SH COMMANDS\n";
  for (const CommandRow& row : command_rows()) {
    roff += fmt::format(".TP\n.BR hubward\\-{} (1)\n{}\n", row.name, sentence(row.help));
  }
  return roff;
}

struct Prose {
  std::string_view description;
  std::string_view sections;
};

Prose prose_of(std::string_view page) {
  const std::string_view text = man_prose(page);
  const std::size_t heading = text.starts_with(".SH ") ? 0 : text.find("\n.SH ");
  if (heading == std::string_view::npos) return {text, {}};
  const std::size_t begin = heading == 0 ? 0 : heading + 1;
  return {text.substr(0, begin), text.substr(begin)};
}

std::string heading_of(std::string_view page, std::string_view summary) {
  std::string title(page);
  std::ranges::transform(title, title.begin(), [](char letter) {
    return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
  });
  return fmt::format(
      ".\\\" Printed by hubward, from its help and from what is written by hand in docs/man.\n"
      ".TH {} 1 \"\" \"hubward {}\" \"User Commands\"\n.SH NAME\n{} \\- {}\n",
      title, kVersion, escaped(page), escaped(summary));
}

std::string main_page() {
  const std::vector<std::string_view> parts = paragraphs_of(help_text(Command::none));
  std::string_view summary = parts.front();  // "hubward proves …."
  summary.remove_prefix(summary.find(' ') + 1);
  summary.remove_suffix(1);
  const Prose prose = prose_of("hubward");
  std::string page = heading_of("hubward", summary) + synopsis_of(parts.at(1));
  page += fmt::format(".SH DESCRIPTION\n{}", prose.description);
  page += command_list();
  page += flags_of(Command::none, Whose::own, "OPTIONS THAT NEED NO COMMAND");
  page += flags_of(Command::none, Whose::everyone, "OPTIONS OF EVERY COMMAND");
  page += prose.sections;
  return page;
}

}  // namespace

std::string man_page(Command command) {
  const auto row = std::ranges::find(command_rows(), command, &CommandRow::command);
  if (row == command_rows().end()) return main_page();
  const std::vector<std::string_view> parts = paragraphs_of(help_text(command));
  const std::string name = fmt::format("hubward-{}", row->name);
  const Prose prose = prose_of(name);
  std::string page = heading_of(name, row->help) + synopsis_of(parts.front());
  page += ".SH DESCRIPTION\n";
  for (std::size_t at = 1; at + 1 < parts.size(); ++at) {
    page += fmt::format("{}{}\n", at == 1 ? "" : ".PP\n", sentence(parts[at]));
  }
  page += prose.description;
  page += flags_of(command, Whose::own, "OPTIONS");
  page += flags_of(command, Whose::everyone, "OPTIONS OF EVERY COMMAND");
  page += exit_codes_of(parts.back());
  page += prose.sections;
  page += ".SH SEE ALSO\n.BR hubward (1)\n";
  return page;
}

}  // namespace hubward
