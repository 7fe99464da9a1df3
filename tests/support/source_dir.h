// Where the tests find the tree they were built from and the binary under test.
#pragma once

#include <string>

namespace hubward::test {

/// Absolute, without a final slash.
std::string source_dir();
/// The hubward binary built beside the tests.
std::string binary_path();

}  // namespace hubward::test
