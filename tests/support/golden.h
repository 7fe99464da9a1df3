// Compares a text with a file of the tree. HUBWARD_ACCEPT=1 rewrites the file instead and marks the
// test as skipped: a run that rewrote its own truth is never green.
#pragma once

#include <string>

namespace hubward::test {

/// @param path  relative to the source tree
void expect_golden(const std::string& path, const std::string& actual);

/// The same, but nothing is asked where the file does not exist: an empty one asks for acceptance.
void expect_golden_if_present(const std::string& path, const std::string& actual);

}  // namespace hubward::test
