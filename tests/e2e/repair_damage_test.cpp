// `repair` on every case of the catalogue of damage (hub-cache-format 8), on each basis: no byte
// gets lost, a second repair finds nothing to do, and undo gives the damaged cache back to the
// byte. How each case ends is told in fixtures/caches/damage-repaired.txt; a new case needs its
// line there.

#include "tests/support/damage_recipe.h"
#include "tests/support/files.h"
#include "tests/support/json_schema.h"
#include "tests/support/report_view.h"
#include "tests/support/source_tree.h"
#include "tests/support/whole_tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace hubward::test {
namespace {

constexpr char kEndings[] = "fixtures/caches/damage-repaired.txt";

using Texts = std::vector<std::string>;

/// Every basis, and --all once; all six with HUBWARD_ALL_SETTINGS. Under a sanitizer, which makes
/// each run slow, one of them.
std::vector<DamageSetting> settings() {
  using enum DamageBasis;
  if (std::getenv("HUBWARD_ALL_SETTINGS") != nullptr) {
    return {{assumed, false}, {assumed, true}, {tree, false},
            {tree, true},     {lock, false},   {lock, true}};
  }
#ifdef __SANITIZE_ADDRESS__
  return {{tree, true}};
#else
  return {{assumed, false}, {tree, true}, {lock, false}};
#endif
}

/// "22-link-as-text" -> setting -> how it ends, as "complete" or "incomplete file-missing …".
using Endings = std::map<std::string, std::map<std::string, std::string>>;

std::string short_name(const std::string& file) {
  const std::string name = file.substr(file.rfind('/') + 1);
  return name.substr(0, name.rfind('.'));
}

/// A line a case and setting: "CASE | SETTING | ENDING". A setting "*" stands for those without
/// their own line.
Endings read_endings() {
  Endings endings;
  for (const std::string& line : lines_of(source_text(kEndings))) {
    if (line.empty() || line.front() == '#') continue;
    const std::size_t first = line.find(" | ");
    const std::size_t second = line.find(" | ", first + 3);
    endings[line.substr(0, first)][line.substr(first + 3, second - first - 3)] =
        line.substr(second + 3);
  }
  return endings;
}

std::string expected_ending(const Endings& endings, const std::string& name,
                            const DamageSetting& setting) {
  const auto of_case = endings.find(name);
  if (of_case == endings.end()) return "no line in " + std::string(kEndings);
  for (const std::string& key : {setting.name(), to_string(setting.basis), std::string("*")}) {
    const auto found = of_case->second.find(key);
    if (found != of_case->second.end()) return found->second;
  }
  return "no line for " + setting.name();
}

/// Verdict, and the codes of what is left that counts.
std::string ending_of(const SeenReport& report) {
  std::string ending = report.verdict;
  std::vector<std::string> codes;
  for (const SeenFinding& finding : report.findings) {
    if (finding.finding_class != "note" && finding.finding_class != "warning") {
      codes.push_back(finding.code);
    }
  }
  std::sort(codes.begin(), codes.end());
  codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
  for (const std::string& code : codes) ending += " " + code;
  return ending;
}

class RepairedCase {
 public:
  RepairedCase(const std::string& file, const DamageSetting& setting)
      : case_(file, setting.basis), setting_(setting) {
    case_.damage();
    give_to_nobody(case_.surroundings());
  }

  std::string cache() const { return case_.surroundings() + "/hub"; }
  std::string quarantine() const { return case_.surroundings() + "/.hubward-quarantine"; }

  BinaryAnswer repair() const {
    BinaryCall call = case_.verify_call(setting_.all);
    call.args.front() = "repair";
    call.args.emplace_back("--yes");
    return run_binary(call);
  }

  BinaryAnswer undo() const {
    BinaryCall call = case_.verify_call(false);
    call.args = {"repair", "--undo", "--cache-dir", cache()};
    return run_binary(call);
  }

 private:
  DamageCase case_;
  DamageSetting setting_;
};

/// What of `before` is neither in the cache nor in the quarantine any more.
Texts lost(const Texts& before, const RepairedCase& damaged) {
  Texts now = contents_of(damaged.cache());
  const Texts aside = contents_of(damaged.quarantine());
  now.insert(now.end(), aside.begin(), aside.end());
  std::sort(now.begin(), now.end());
  Texts missing;
  std::set_difference(before.begin(), before.end(), now.begin(), now.end(),
                      std::back_inserter(missing));
  return missing;
}

void expect_no_action(const BinaryAnswer& answer) {
  EXPECT_NE(answer.out.find("\"actions\": []"), std::string::npos) << answer.out;
}

class Repaired : public testing::TestWithParam<std::string> {};

TEST_P(Repaired, LosesNothingEndsAsToldAndIsTakenBackToTheByte) {
  const Endings endings = read_endings();
  for (const DamageSetting& setting : settings()) {
    SCOPED_TRACE(setting.name());
    const RepairedCase damaged(GetParam(), setting);
    const auto before = tree_of(damaged.cache());
    const Texts contents = contents_of(damaged.cache());

    const BinaryAnswer answer = damaged.repair();
    SCOPED_TRACE(answer.err + answer.out);
    ASSERT_EQ(report_violations(answer.out), Texts());
    const SeenReport report = read_report(answer.out);
    EXPECT_EQ(report.exit_code, answer.exit_code);
    EXPECT_EQ(ending_of(report), expected_ending(endings, short_name(GetParam()), setting));
    EXPECT_EQ(lost(contents, damaged), Texts());

    const auto repaired = tree_of(damaged.cache());
    const BinaryAnswer again = damaged.repair();
    expect_no_action(again);
    EXPECT_EQ(again.exit_code, answer.exit_code);
    EXPECT_EQ(tree_of(damaged.cache()), repaired);

    const BinaryAnswer undone = damaged.undo();
    EXPECT_EQ(undone.exit_code, 0) << undone.out << undone.err;
    EXPECT_EQ(tree_of(damaged.cache()), before);
    EXPECT_FALSE(exists(damaged.quarantine()));
  }
}

TEST(RepairedCatalogue, HasALineForEachCase) {
  Endings endings = read_endings();
  for (const std::string& file : damage_files()) {
    EXPECT_EQ(endings.erase(short_name(file)), 1U) << file;
  }
  for (const auto& ending : endings) ADD_FAILURE() << "no such case: " << ending.first;
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = "Case";
  for (const char letter : short_name(info.param)) {
    name += std::isalnum(static_cast<unsigned char>(letter)) != 0 ? letter : '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Catalogue, Repaired, testing::ValuesIn(damage_files()), test_name);

}  // namespace
}  // namespace hubward::test
