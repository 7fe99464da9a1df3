#include "runner/cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <string_view>

namespace hubward {
namespace {

std::string_view value_of(const EnvironmentView& environment, std::string_view name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace

bool is_terminal(int descriptor) { return ::isatty(descriptor) == 1; }

unsigned terminal_width(int descriptor) {
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

unsigned terminal_height(int descriptor) {
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_row == 0) return 24;
  return size.ws_row;
}

bool knows_redrawing(const EnvironmentView& environment) {
  const std::string_view kind = value_of(environment, "TERM");
  return !kind.empty() && kind != "dumb";
}

bool can_redraw(int descriptor, const EnvironmentView& environment) {
  return is_terminal(descriptor) && knows_redrawing(environment);
}

Colour colour_for(ColourChoice choice, const EnvironmentView& environment, bool goes_to_terminal) {
  switch (choice) {
    case ColourChoice::always: return Colour::yes;
    case ColourChoice::never: return Colour::no;
    case ColourChoice::automatic: break;
  }
  if (!value_of(environment, "NO_COLOR").empty()) return Colour::no;
  const std::string_view force = value_of(environment, "CLICOLOR_FORCE");
  if (!force.empty() && force != "0") return Colour::yes;
  const bool knows_colour = value_of(environment, "TERM") != "dumb";
  return goes_to_terminal && knows_colour ? Colour::yes : Colour::no;
}

}  // namespace hubward
