#include "tests/support/source_dir.h"

namespace hubward::test {

std::string source_dir() { return HUBWARD_SOURCE_DIR; }

std::string build_dir() { return HUBWARD_BUILD_DIR; }

std::string binary_path() { return build_dir() + "/runner/hubward"; }

}  // namespace hubward::test
