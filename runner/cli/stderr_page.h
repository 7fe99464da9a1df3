// Standard error as a person reads it: hubward's own lines are as wide as the terminal. Where no
// terminal reads them a line stays a line, for whoever searches them.
#pragma once

#include "runner/cli/output.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace hubward {

/// Lines that begin with "hubward: " go on beneath themselves; all others stay. Pure.
/// @param columns  0: as many as it takes
std::string on_page(std::string_view text, std::size_t columns);

/// As say.
void say_on_page(std::string_view text, Patience patience = Patience::endless);

}  // namespace hubward
