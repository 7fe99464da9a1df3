// No test can be forgotten: what looks like one is built and run. The lists of what is built and
// run are the build's own, not kept by hand.

#include "tests/support/files.h"
#include "tests/support/recipe.h"
#include "tests/support/run_binary.h"
#include "tests/support/source_dir.h"
#include "tests/support/source_tree.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <regex>
#include <stdexcept>
#include <string>
#include <vector>

namespace hubward::test {
namespace {

using Texts = std::vector<std::string>;

/// Those of `wanted` that stand nowhere in `text`.
Texts not_named(const Texts& wanted, const std::string& text) {
  Texts missing;
  std::copy_if(wanted.begin(), wanted.end(), std::back_inserter(missing),
               [&](const std::string& name) { return text.find(name) == std::string::npos; });
  return missing;
}

/// The tests of a program whose processes share them out, a line each.
std::string tests_of(const std::string& program) {
  const TemporaryFolder folder;
  const BinaryAnswer list =
      run_binary({.args = {"--gtest_list_tests"}, .folder = folder.path(), .program = program});
  if (list.exit_code != 0) throw std::runtime_error(program + " lists no tests: " + list.err);
  std::string text;
  std::string suite;
  for (const std::string& line : lines_of(list.out)) {
    if (line.rfind("  ", 0) == 0) {
      text += suite + line.substr(2) + "\n";
    } else {
      suite = line.substr(0, line.find(' '));
    }
  }
  return text;
}

/// What ctest runs, in its own words.
std::string all_of_ctest() {
  std::string text;
  const std::filesystem::path folder = build_dir() + "/tests";
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    const std::string name = file.path().filename().string();
    const bool lists = name == "CTestTestfile.cmake" ||
                       (name.size() > 12 && name.substr(name.size() - 12) == "_tests.cmake");
    if (lists) text += read_file(file.path().string());
  }
  const std::regex first_share(R"re(add_test\(\S*_tests/0\S* "([^"]+)")re");
  const std::string listed = text;
  for (std::sregex_iterator match(listed.begin(), listed.end(), first_share), end; match != end;
       ++match) {
    text += tests_of((*match)[1]);
  }
  return text;
}

std::string in_quotes(const std::string& path) { return "/" + path + "\""; }

/// What is compiled, in the build's own words: alone, or as a part of a unit (cmake/Units.cmake).
std::string all_that_is_compiled() {
  std::string text = read_file(build_dir() + "/compile_commands.json");
  const std::regex is_unit(R"(/Unity/\w+\.cxx$)");
  const std::filesystem::path folder = build_dir() + "/tests";
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string path = file.path().string();
    const bool is_built = text.find(path) != std::string::npos;
    if (is_built && std::regex_search(path, is_unit)) text += read_file(path);
  }
  return text;
}

TEST(NoTest, InCppIsLeftOutOfTheBuild) {
  const std::string built = all_that_is_compiled();
  Texts wanted;
  for (const std::string& file : source_files({"tests"}, {"_test.cpp"})) {
    wanted.push_back(in_quotes(file));
  }
  ASSERT_GT(wanted.size(), 60u);
  EXPECT_EQ(not_named(wanted, built), Texts());
}

TEST(NoTest, HidesInAFileOfAnotherName) {
  const std::regex test(R"(\n(TEST|TEST_F|TEST_P|TYPED_TEST)\()");
  for (const std::string& file : source_files({"tests", "verifier", "runner", "bench"}, {".cpp"})) {
    const bool named = file.size() > 9 && file.substr(file.size() - 9) == "_test.cpp";
    EXPECT_TRUE(named || !std::regex_search(code_only(source_text(file)), test)) << file;
  }
}

TEST(NoTest, IsBuiltAndNotRun) {
  const std::string run = all_of_ctest();
  // A suite's name stands before its first dot, a parameterised one's behind its instantiation.
  const std::regex test(R"(\n(TEST|TEST_F|TEST_P)\(\s*(\w+),\s*(\w+)\))");
  std::size_t looked_at = 0;
  for (const std::string& file : source_files({"tests"}, {"_test.cpp"})) {
    const std::string code = code_only(source_text(file));
    for (std::sregex_iterator match(code.begin(), code.end(), test), end; match != end; ++match) {
      looked_at += 1;
      const std::string name = (*match)[2].str() + "." + (*match)[3].str();
      EXPECT_NE(run.find(name), std::string::npos) << file << ": " << name;
    }
  }
  EXPECT_GT(looked_at, 400u);
}

std::string recipe_test_name(const std::string& folder) {
  std::string name;
  for (const char letter : folder.substr(std::string("fixtures/caches/").size())) {
    const bool plain = std::isalnum(static_cast<unsigned char>(letter)) != 0;
    name += plain ? std::string(1, letter) : std::string(letter == '/' ? "__" : "_");
  }
  return "/" + name;
}

TEST(NoTest, ThatIsARecipeIsNotRun) {
  const std::string run = all_of_ctest();
  Texts wanted;
  for (const std::string& folder : recipe_folders("caches")) {
    wanted.push_back("Fixtures.GiveTheirFindingsAndNoOthers" + recipe_test_name(folder) + " ");
  }
  ASSERT_GT(wanted.size(), 200u);
  EXPECT_EQ(not_named(wanted, run), Texts());
  EXPECT_EQ(recipe_folders("").size(), wanted.size()) << "a recipe lies outside fixtures/caches";
}

TEST(NoTest, InPythonIsNotRun) {
  const std::string run = all_of_ctest();
  Texts wanted;
  for (const std::string& file : source_files({"tests", "bench", "fixtures"}, {"_test.py"})) {
    wanted.push_back(in_quotes(file));
  }
  EXPECT_EQ(not_named(wanted, run), Texts());
  for (const std::string& file : source_files({"tests", "bench", "fixtures", ".ci"}, {".py"})) {
    const bool named = file.size() > 8 && file.substr(file.size() - 8) == "_test.py";
    const bool tests = source_text(file).find("\n  def test_") != std::string::npos ||
                       source_text(file).find("\n    def test_") != std::string::npos;
    EXPECT_TRUE(named || !tests) << file;
  }
}

/// Whether someone runs or imports a Python file: a script or a page names it, or another imports
/// it.
bool is_used(const std::string& file, const Texts& others) {
  const std::string stem = std::filesystem::path(file).stem().string();
  const std::regex import("(^|\\n)\\s*(import|from)\\s[^\\n]*\\b" + stem + "\\b");
  return std::any_of(others.begin(), others.end(), [&](const std::string& text) {
    return text.find(stem + ".py") != std::string::npos || std::regex_search(text, import);
  });
}

TEST(NoScript, LiesAboutUnused) {
  const Texts scripts = source_files({"tests", "bench", "fixtures", ".ci"}, {".py"});
  Texts names = source_files({".ci", "fixtures/demo"}, {"/lint", "/run", "/fuzz", ".sh"});
  for (const Texts& more :
       {scripts, source_files({"tests", "bench"}, {"CMakeLists.txt", "_test.cpp"}),
        source_files({"docs", "fixtures", "tests"}, {".md"}), Texts{"dev"}}) {
    names.insert(names.end(), more.begin(), more.end());
  }
  ASSERT_GT(scripts.size(), 10u);
  for (const std::string& script : scripts) {
    const bool is_test = script.size() > 8 && script.substr(script.size() - 8) == "_test.py";
    Texts others;
    for (const std::string& name : names) {
      if (name != script) others.push_back(source_text(name));
    }
    EXPECT_TRUE(is_test || is_used(script, others)) << script;
  }
}

TEST(NoTest, TheRulesSeeWhatIsForgotten) {
  EXPECT_EQ(not_named({in_quotes("tests/a_test.cpp"), in_quotes("tests/b_test.cpp")},
                      "\"file\": \"/x/tests/b_test.cpp\""),
            Texts{in_quotes("tests/a_test.cpp")});
  EXPECT_EQ(recipe_test_name("fixtures/caches/ref-missing/near-miss"), "/ref_missing__near_miss");
  EXPECT_TRUE(is_used("tests/a.py", {"from a import b\n"}));
  EXPECT_TRUE(is_used("tests/a.py", {"x\nimport a\n"}));
  EXPECT_TRUE(is_used("tests/a.py", {"python3 tests/a.py"}));
  EXPECT_FALSE(is_used("tests/a.py", {"import ab\n", "# a word about a\n"}));
}

}  // namespace
}  // namespace hubward::test
