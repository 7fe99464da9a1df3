// One door per library, so that it can be replaced and its traps are in one place; and no global
// state: environment, time and streams come in as arguments from runner/cli.

#include "tests/support/source_tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <string>
#include <vector>

namespace hubward::test {
namespace {

struct Door {
  std::string library;               // how its includes begin
  std::vector<std::string> allowed;  // paths, or folders that end in '/'
};

const std::vector<Door>& doors() {
  static const std::vector<Door> kDoors = {
      {"nlohmann/", {"verifier/text/json_door.cpp"}},
      {"toml++/", {"verifier/text/toml_door.cpp", "verifier/text/toml_door.h"}},
      {"openssl/", {"verifier/proof/hasher.cpp"}},
      {"zlib.h", {"verifier/proof/"}},
      {"CLI/", {"runner/cli/"}},
      {"boost/", {"runner/launch/"}},
      {"spdlog/", {"runner/"}},
      {"sqlite3.h", {"verifier/proof/ledger.cpp"}},
      {"curl/", {"runner/hub/transport.cpp"}},
  };
  return kDoors;
}

bool begins_with(const std::string& text, const std::string& head) {
  return text.compare(0, head.size(), head) == 0;
}

bool may_enter(const Door& door, const std::string& file) {
  return std::any_of(door.allowed.begin(), door.allowed.end(), [&](const std::string& place) {
    return place.back() == '/' ? begins_with(file, place) : file == place;
  });
}

TEST(Doors, EachLibraryIsIncludedThroughItsDoorOnly) {
  for (const std::string& file : source_files({"include", "verifier", "runner"}, {".h", ".cpp"})) {
    for (const Include& include : includes_in(source_text(file))) {
      for (const Door& door : doors()) {
        if (begins_with(include.target, door.library)) {
          EXPECT_TRUE(may_enter(door, file))
              << file << ":" << include.line << " includes <" << include.target << ">";
        }
      }
    }
  }
}

struct Global {
  std::string what;
  std::vector<std::string> words;  // one of them is in every line that the pattern finds
  std::regex pattern;              // matched against code without comments and literals
};

const std::vector<Global>& globals() {
  static const std::vector<Global> kGlobals = {
      {"the environment",
       {"env"},
       std::regex(R"(\b(secure_getenv|getenv|setenv|putenv|unsetenv)\s*\(|\benviron\b)")},
      {"the standard streams",
       {"cout", "cerr", "clog", "cin"},
       std::regex(R"(\bstd::(cout|cerr|clog|cin)\b)")},
      {"the standard streams",
       {"print", "put"},
       std::regex(R"(\b(printf|puts|putchar|vprintf)\s*\(|\bfmt::print\s*\()")},
      {"the wall clock",
       {"time", "CLOCK"},
       std::regex(R"((^|[^\w.>])(::|std::)?time\s*\(\s*(nullptr|NULL|0|&))"
                  R"(|\bgettimeofday\s*\(|\bCLOCK_REALTIME\b)")},
      {"the wall clock", {"system_clock"}, std::regex(R"(\bsystem_clock::now\b)")},
      {"the locale", {"locale"}, std::regex(R"(\bsetlocale\s*\(|\blocale::global\b)")},
      {"the end of the process",
       {"exit", "abort"},
       std::regex(R"(\bstd::(exit|quick_exit|abort)\s*\()")},
      {"the working directory",
       {"chdir", "getcwd"},
       std::regex(R"((^|[^\w.>])(::)?(chdir|getcwd)\s*\()")},
  };
  return kGlobals;
}

// The words are looked for first: a regular expression takes a thousand times as long.
bool touches(const std::string& line, const Global& global) {
  return std::any_of(
             global.words.begin(), global.words.end(),
             [&](const std::string& word) { return line.find(word) != std::string::npos; }) &&
         std::regex_search(line, global.pattern);
}

TEST(Globals, NothingOutsideTheCommandLineTouchesProcessState) {
  for (const std::string& file : source_files({"include", "verifier", "runner"}, {".h", ".cpp"})) {
    if (begins_with(file, "runner/cli/")) {
      continue;
    }
    const std::vector<std::string> lines = lines_of(code_only(source_text(file)));
    for (std::size_t i = 0; i < lines.size(); ++i) {
      for (const Global& global : globals()) {
        EXPECT_FALSE(touches(lines[i], global))
            << file << ":" << i + 1 << " touches " << global.what << ": " << lines[i];
      }
    }
  }
}

TEST(Globals, ThePatternsSeeWhatTheyAreFor) {
  const std::vector<std::string> bad = {
      "x = std::getenv(name);",    "std::cout << 1;",      "printf (text);",
      "auto now = time(nullptr);", "std::time(&now);",     "setlocale(LC_ALL, text);",
      "  std::exit(1);",           "fmt::print(text);",    "::chdir(path);",
      "char** all = environ;",     "system_clock::now();", "clock_gettime(CLOCK_REALTIME, &now);",
  };
  for (const std::string& line : bad) {
    EXPECT_TRUE(std::any_of(globals().begin(), globals().end(), [&](const Global& global) {
      return touches(line, global);
    })) << line;
  }
  const std::vector<std::string> good = {
      "mtime(0);",      "child.time(0)",   "read_time (nullptr)",
      "snprintf(a, b)", "chdir_step(at);", "clock_gettime(CLOCK_MONOTONIC, &now);"};
  for (const std::string& line : good) {
    EXPECT_TRUE(std::none_of(globals().begin(), globals().end(), [&](const Global& global) {
      return touches(line, global);
    })) << line;
  }
}

TEST(SourceTree, CommentsAndLiteralsAreNoCode) {
  EXPECT_EQ(code_only("a /* b */ c // d\ne"), "a         c     \ne");
  EXPECT_EQ(code_only("f(\"getenv(\", 'x', 1'000)"), "f(         ,    , 1'000)");
  EXPECT_EQ(code_only("R\"(x\ny)\" z"), "    \n    z");
}

}  // namespace
}  // namespace hubward::test
