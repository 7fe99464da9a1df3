// What standard output and standard error are connected to, and what that means for colour.
#pragma once

#include "runner/cli/settings.h"
#include "verifier/cache/location.h"
#include "verifier/report/text.h"

namespace hubward {

bool is_terminal(int descriptor);

/// Whether the kind of terminal lets lines be drawn over. Source: terminfo(5), for "dumb". Pure.
bool knows_redrawing(const EnvironmentView& environment);

/// Whether a terminal reads it that lets its lines be drawn over.
bool can_redraw(int descriptor, const EnvironmentView& environment);

/// Rows of the terminal behind `descriptor`; 24 when it does not say.
unsigned terminal_height(int descriptor);

/// Columns of the terminal behind `descriptor`; 80 when it does not say.
unsigned terminal_width(int descriptor);

/// Flag, then NO_COLOR, then CLICOLOR_FORCE, then whether a terminal that knows colour reads it.
/// Pure. Source: no-color.org; bixense.com/clicolors.
Colour colour_for(ColourChoice choice, const EnvironmentView& environment, bool goes_to_terminal);

}  // namespace hubward
