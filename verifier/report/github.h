// A Report as annotations of GitHub Actions: lines that the runner takes out of a step's output and
// shows at a file of the checkout. The cache lies outside of it, so each is shown where manifest or
// lock asks for what is wrong.
// Source: actions/runner, ActionCommand.cs and ActionCommandManager.cs.
#pragma once

#include "verifier/report/finding_words.h"
#include "verifier/report/text.h"
#include <hubward/report.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace hubward {

/// The runner drops what a step has beyond these, of each kind.
inline constexpr std::size_t kMaxAnnotations = 10;

/// Hostile, corrupt and incomplete findings are errors, warnings warnings; notes are notices, where
/// the style is verbose. Of more than ten of a kind the nine worst, and how many more there are.
std::string render_github(const Report& report, const CheckoutFiles& files, Verbosity verbosity);

/// The text of a command, behind its "::".
std::string escaped_data(std::string_view text);
/// The value of one of its properties.
std::string escaped_property(std::string_view text);

}  // namespace hubward
