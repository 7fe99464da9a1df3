// Terminal colours, or none: the one place that knows the escape sequences.
#pragma once

#include "verifier/report/text.h"
#include <hubward/report.h>

#include <string>
#include <string_view>

namespace hubward {

enum class Ink : std::uint8_t { plain, bold, faint, good, doubtful, bad };

/// `text` in that ink; `text` itself where there is no colour.
std::string paint(Colour colour, Ink ink, std::string_view text);

Ink ink_of(Verdict verdict);
Ink ink_of(FindingClass finding_class);

}  // namespace hubward
