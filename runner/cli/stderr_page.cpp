#include "runner/cli/stderr_page.h"

#include "runner/cli/terminal.h"
#include "verifier/report/wrapped.h"

#include <unistd.h>

#include <algorithm>

namespace hubward {
namespace {

constexpr std::string_view kHead = "hubward: ";

std::string line_on_page(std::string_view line, std::size_t columns) {
  if (!line.starts_with(kHead)) return std::string(line);
  const std::size_t indent = std::min(line.find_first_not_of(' ', kHead.size()), line.size());
  return std::string(line.substr(0, indent)) +
         wrapped(line.substr(indent), {.used = indent, .indent = indent, .columns = columns});
}

}  // namespace

std::string on_page(std::string_view text, std::size_t columns) {
  std::string page;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    page += line_on_page(text.substr(0, end), columns);
    if (end < text.size()) page += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return page;
}

void say_on_page(std::string_view text, Patience patience) {
  say(on_page(text, is_terminal(STDERR_FILENO) ? terminal_width(STDERR_FILENO) : 0), patience);
}

}  // namespace hubward
