// Where the tests find the tree they were built from and the binary under test.
#pragma once

#include <string>

namespace hubward::test {

/// Absolute, without a final slash.
std::string source_dir();
/// Where they were built: absolute, without a final slash.
std::string build_dir();
/// The hubward binary built beside the tests.
std::string binary_path();

}  // namespace hubward::test
