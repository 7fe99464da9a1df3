// A Report as SARIF 2.1.0, the form in which code scanners hand over what they found. A rule is a
// finding code. A cache lies outside of the checkout that the scanner's reader shows, so a result
// stands at the line of lock or manifest that asks for what is wrong, else at the path itself.
//
// What GitHub's code scanning makes of it decides where SARIF leaves a choice.
// Source: GitHub's documentation, "SARIF support for code scanning" and "SARIF results exceed one
// or more limits", read in November 2026: 25,000 results a run, of which 5,000 are shown; 10 MB
// compressed; a result without a location is not shown; of partialFingerprints only
// primaryLocationLineHash counts; automationDetails.id up to its last slash is the category, of
// which one upload replaces another.
#pragma once

#include "verifier/report/finding_words.h"
#include <hubward/report.h>

#include <cstddef>
#include <string>

namespace hubward {

inline constexpr std::size_t kMaxSarifResults = 25'000;

/// Indented, ends with a newline; the same report gives the same bytes.
/// @param most  results; of more the worst are written, and a notification counts the others
std::string render_sarif(const Report& report, const CheckoutFiles& files,
                         std::size_t most = kMaxSarifResults);

}  // namespace hubward
