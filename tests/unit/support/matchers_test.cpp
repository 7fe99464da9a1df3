#include "tests/support/matchers.h"

#include <gtest/gtest.h>

namespace hubward::test {
namespace {

using testing::Not;

Finding finding(FindingCode code, const std::string& path) { return {.code = code, .path = path}; }

TEST(Matchers, HasOnlyRefusesASecondFinding) {
  const std::vector<Finding> one = {finding(FindingCode::ref_missing, "a")};
  const std::vector<Finding> two = {one.front(), finding(FindingCode::unreadable, "b")};
  EXPECT_THAT(one, HasOnly(FindingCode::ref_missing, "a"));
  EXPECT_THAT(one, Not(HasOnly(FindingCode::ref_missing, "b")));
  EXPECT_THAT(one, Not(HasOnly(FindingCode::ref_dangling, "a")));
  EXPECT_THAT(two, Not(HasOnly(FindingCode::ref_missing, "a")));
  EXPECT_THAT(two, HasFinding(FindingCode::unreadable, "b"));
  EXPECT_THAT(two, Not(HasNoFindings()));
}

TEST(Matchers, FailsWithNamesTheKind) {
  const Result<int> failed = fail(ErrorKind::io, "x", "broke");
  const Result<int> succeeded = 1;
  EXPECT_THAT(failed, FailsWith(ErrorKind::io));
  EXPECT_THAT(failed, Not(FailsWith(ErrorKind::usage)));
  EXPECT_THAT(succeeded, Not(FailsWith(ErrorKind::io)));
  EXPECT_THAT(succeeded, Succeeds());
}

}  // namespace
}  // namespace hubward::test
