#include "tests/support/source_dir.h"

namespace hubward::test {

std::string source_dir() { return HUBWARD_SOURCE_DIR; }

std::string binary_path() { return HUBWARD_BINARY; }

}  // namespace hubward::test
