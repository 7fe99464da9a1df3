// Every recipe under fixtures/caches, through the real binary: its findings and no others, its exit
// code, and the whole report where one is kept. A new code needs no new test here, only its
// recipes.

#include "tests/support/files.h"
#include "tests/support/golden.h"
#include "tests/support/json_schema.h"
#include "tests/support/recipe.h"
#include "tests/support/report_view.h"
#include "tests/support/source_tree.h"
#include "tests/support/xml_schema.h"
#include "verifier/text/show.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <string>
#include <vector>

namespace hubward::test {
namespace {

class Fixtures : public testing::TestWithParam<std::string> {};

std::vector<std::string> damages_in(const SeenReport& report) {
  std::vector<std::string> damages;
  for (const SeenFinding& finding : report.findings) {
    if (finding.code == "blob-corrupt") {
      damages.push_back(finding.damage);
    }
  }
  return damages;
}

TEST_P(Fixtures, GiveTheirFindingsAndNoOthers) {
  const PreparedCache prepared = prepare_recipe(GetParam());
  const Recipe& recipe = prepared.recipe;
  const BinaryAnswer answer = run_binary(prepared.verify_call("json"));
  SCOPED_TRACE(recipe.about + "\nstderr: " + answer.err);
  ASSERT_FALSE(answer.out.empty()) << "exit code " << answer.exit_code;

  EXPECT_EQ(report_violations(answer.out), std::vector<std::string>());
  const SeenReport report = read_report(answer.out);
  std::vector<std::string> seen = report.lines();
  std::sort(seen.begin(), seen.end());
  EXPECT_EQ(seen, recipe.expect);
  EXPECT_EQ(answer.exit_code, recipe.exit);
  EXPECT_EQ(report.exit_code, answer.exit_code);
  if (!recipe.damage.empty()) {
    EXPECT_EQ(damages_in(report), recipe.damage);
  }
  if (HasFailure()) {
    return;
  }
  const std::string golden = recipe.folder + "/report.json";
  const std::string whole = normalised_report(answer.out, prepared.cache->surroundings());
  const bool is_first = recipe.folder.substr(recipe.folder.rfind('/')) == "/shows";
  is_first ? expect_golden(golden, whole) : expect_golden_if_present(golden, whole);
}

// Control bytes and the marks that turn text around: a name in a cache may hold them, a terminal
// must not see them.
bool is_safe_for_eyes(const std::string& text) {
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if ((byte < 0x20 && letter != '\n') || byte == 0x7F) {
      return false;
    }
  }
  const std::vector<std::string> marks = {"\u200b", "\u200e", "\u202a",
                                          "\u202e", "\u2066", "\ufeff"};
  return is_utf8(text) && std::none_of(marks.begin(), marks.end(), [&](const std::string& mark) {
           return text.find(mark) != std::string::npos;
         });
}

TEST_P(Fixtures, AreToldToAPersonInSafeText) {
  const PreparedCache prepared = prepare_recipe(GetParam());
  BinaryCall call = prepared.verify_call("text");
  call.args.emplace_back("--verbose");  // notes are counted without it, and told with it
  const BinaryAnswer answer = run_binary(call);
  SCOPED_TRACE(answer.out + answer.err);
  EXPECT_EQ(answer.exit_code, prepared.recipe.exit);
  EXPECT_TRUE(is_safe_for_eyes(answer.out + answer.err));
  for (const std::string& line : prepared.recipe.expect) {
    EXPECT_THAT(answer.out, testing::HasSubstr(line.substr(0, line.find(' '))));
  }
  const std::vector<std::string> lines = lines_of(answer.out);
  ASSERT_FALSE(lines.empty());
  EXPECT_THAT(lines.back(),
              testing::MatchesRegex("((complete|incomplete|corrupt).*|fit=(true|false))"));
}

class FixturesOfEachCode : public Fixtures {};

std::vector<std::string> first_of_each_code() {
  std::vector<std::string> folders = recipe_folders("caches");
  folders.erase(
      std::remove_if(folders.begin(), folders.end(),
                     [](const std::string& folder) { return !folder.ends_with("/shows"); }),
      folders.end());
  return folders;
}

// One run writes them all, and each is held against the schema of whoever reads it.
TEST_P(FixturesOfEachCode, AreToldInEveryFormatAsItsReadersWantIt) {
  const PreparedCache prepared = prepare_recipe(GetParam());
  const std::string folder = prepared.cache->surroundings() + "/";
  BinaryCall call = prepared.verify_call("json");
  for (const std::string format : {"jsonl", "sarif", "junit"}) {
    // The binary runs without privileges, and may make no file there.
    write_file(folder + format, "");
    std::filesystem::permissions(folder + format, std::filesystem::perms(0666));
    call.args.insert(call.args.end(), {"--format", format + "=" + folder + format});
  }
  const BinaryAnswer answer = run_binary(call);
  SCOPED_TRACE(answer.err);
  EXPECT_EQ(answer.exit_code, prepared.recipe.exit);
  EXPECT_EQ(line_violations(read_file(folder + "jsonl"), answer.out), std::vector<std::string>());
  EXPECT_EQ(schema_violations(source_text("fixtures/schemas/sarif-schema-2.1.0.json"),
                              read_file(folder + "sarif")),
            std::vector<std::string>());
  EXPECT_EQ(xml_violation("fixtures/schemas/junit-10.xsd", read_file(folder + "junit")), "");
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  constexpr std::string_view kRoot = "fixtures/caches/";
  std::string name;
  for (const char letter : info.param.substr(kRoot.size())) {
    const bool plain = std::isalnum(static_cast<unsigned char>(letter)) != 0;
    name += plain ? std::string(1, letter) : std::string(letter == '/' ? "__" : "_");
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Caches, Fixtures, testing::ValuesIn(recipe_folders("caches")), test_name);
INSTANTIATE_TEST_SUITE_P(Caches, FixturesOfEachCode, testing::ValuesIn(first_of_each_code()),
                         test_name);

}  // namespace
}  // namespace hubward::test
