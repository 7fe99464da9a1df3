// The catalogue of damage (hub-cache-format 8) through the real binary: every case against the
// manifest and with --all, without and with listings and with a lock, and its undo. A new case
// needs no new test here, only its file.

#include "tests/support/damage_recipe.h"
#include "tests/support/json_schema.h"
#include "tests/support/recipe_repos.h"
#include "tests/support/report_view.h"
#include "tests/support/source_tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <vector>

namespace hubward::test {
namespace {

using Texts = std::vector<std::string>;

class Damage : public testing::TestWithParam<std::string> {};

Texts told(const SeenReport& report) {
  Texts lines;
  for (const SeenFinding& finding : report.findings) {
    const std::string damage = finding.damage.empty() ? "" : "=" + finding.damage;
    lines.push_back(finding.finding_class + " " + finding.code + damage + " " + finding.path);
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

void expect_report(const DamageCase& damaged, bool all, const DamageExpectation& expected) {
  const BinaryAnswer answer = run_binary(damaged.verify_call(all));
  SCOPED_TRACE((all ? "with --all\n" : "without --all\n") + answer.err);
  ASSERT_FALSE(answer.out.empty()) << "exit code " << answer.exit_code;
  EXPECT_EQ(report_violations(answer.out), Texts());
  const SeenReport report = read_report(answer.out);
  EXPECT_EQ(told(report), expected.findings);
  EXPECT_EQ(answer.exit_code, expected.exit);
  EXPECT_EQ(report.exit_code, answer.exit_code);
  ASSERT_FALSE(report.repos.empty());
  EXPECT_EQ(report.repos.front().basis, expected.basis);
}

TEST_P(Damage, IsToldInEverySettingAndItsUndoIsClean) {
  for (const DamageBasis basis : kDamageBases) {
    const DamageCase damaged(GetParam(), basis);
    SCOPED_TRACE(damaged.about() + "\nbasis " + to_string(basis));
    damaged.damage();
    for (const bool all : {false, true}) {
      expect_report(damaged, all, damaged.expected(all));
    }
    damaged.undo();
    SCOPED_TRACE("after its undo");
    for (const bool all : {false, true}) {
      expect_report(damaged, all, {.basis = to_string(basis)});
    }
  }
}

int number_in(const std::string& file) {
  return parse_recipe(source_text(file), file)["case"].value_or(0);
}

TEST(DamageCatalogue, HasARecipeForEachOfItsCases) {
  std::set<int> seen;
  for (const std::string& file : damage_files()) {
    EXPECT_EQ(case_in_name(file), number_in(file)) << file;
    seen.insert(number_in(file));
  }
  for (int number = 1; number <= kCatalogueCases; ++number) {
    EXPECT_EQ(seen.count(number), 1u) << "no recipe for case " << number;
  }
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  const std::string file = info.param.substr(info.param.rfind('/') + 1);
  std::string name = "Case";
  for (const char letter : file.substr(0, file.rfind('.'))) {
    name += std::isalnum(static_cast<unsigned char>(letter)) != 0 ? letter : '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Catalogue, Damage, testing::ValuesIn(damage_files()), test_name);

}  // namespace
}  // namespace hubward::test
