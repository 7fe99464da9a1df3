#include "tests/support/golden.h"

#include "tests/support/files.h"
#include "tests/support/source_dir.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string_view>

namespace hubward::test {
namespace {

bool accepting() {
  const char* asked = std::getenv("HUBWARD_ACCEPT");
  return asked != nullptr && std::string_view(asked) == "1";
}

}  // namespace

void expect_golden(const std::string& path, const std::string& actual) {
  const std::string place = source_dir() + "/" + path;
  if (accepting()) {
    if (!exists(place) || read_file(place) != actual) {
      write_file(place, actual);
    }
    GTEST_SKIP() << "accepted as " << path;
  }
  ASSERT_TRUE(exists(place)) << path << " is missing; HUBWARD_ACCEPT=1 writes it";
  EXPECT_EQ(actual, read_file(place)) << "differs from " << path;
}

void expect_golden_if_present(const std::string& path, const std::string& actual) {
  if (exists(source_dir() + "/" + path)) {
    expect_golden(path, actual);
  }
}

}  // namespace hubward::test
