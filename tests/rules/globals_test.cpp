// No global state: environment, time and streams come in as arguments from runner/cli, and nothing
// that can change stands outside a function or outlives one.

#include "tests/rules/mutable_globals.h"
#include "tests/support/source_tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <string>
#include <vector>

namespace hubward::test {
namespace {

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
    if (file.rfind("runner/cli/", 0) == 0) {
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

TEST(Globals, NothingThatCanChangeOutlivesAFunction) {
  for (const std::string& file : source_files({"include", "verifier", "runner"}, {".h", ".cpp"})) {
    for (const MutableGlobal& global : mutable_globals(source_text(file))) {
      ADD_FAILURE() << file << ":" << global.line << " keeps state: " << global.text;
    }
  }
}

TEST(Globals, TheRuleSeesEveryWayToKeepState) {
  const std::vector<std::string> bad = {
      "int counter;",
      "int counter = 0;",
      "static std::string name;",
      "inline std::vector<int> all{1, 2};",
      "namespace a::b {\nnamespace {\nbool ready = false;\n}\n}",
      "std::map<std::string, int> table = {{\"a\", 1}};",
      "const char* name = nullptr;",
      "extern int shared;",
      "thread_local int depth = 0;",
      "std::atomic<int> running{0};",
      "volatile std::sig_atomic_t seen = 0;",
      "std::mutex lock;",
      "Logger& logger() {\n  static Logger instance;\n  return instance;\n}",
      "int next() {\n  static int last = 0;\n  return ++last;\n}",
      "int next() {\n  thread_local int last = 0;\n  return ++last;\n}",
      "class A {\n public:\n  static A* instance_;\n  inline static int count = 0;\n};",
      "void (*hook)(int) = nullptr;",
      "char buffer[16];",
      "struct Options { int a; } options;",
      "using F = int;\nint other;",
  };
  for (const std::string& text : bad) {
    EXPECT_GE(mutable_globals(text).size(), 1u) << text;
  }
  EXPECT_EQ(mutable_globals("class A {\n static A* a_;\n inline static int b_ = 0;\n};").size(),
            2u);
  EXPECT_EQ(mutable_globals("int f() {\n\n  static int last = 0;\n}").front().line, 3);
}

TEST(Globals, TheRuleLetsPassWhatCannotChange) {
  const std::vector<std::string> good = {
      "constexpr int kMany = 3;",
      "const std::string kName = \"a\";",
      "static const std::regex kPattern(\"a\");",
      "constexpr const char* kNames[] = {\"a\", \"b\"};",
      "const char* const kName = \"a\";",
      "inline constexpr std::array<int, 2> kTwo = {1, 2};",
      "int function();",
      "int function(int a = 0, std::string b = {});",
      "int function() {\n  int local = 0;\n  return local;\n}",
      "Result<std::vector<int>> function(const char* a) {\n  return {};\n}",
      "struct A {\n  int member = 0;\n  static int made();\n  static constexpr int kA = 1;\n};",
      "enum class A : int { a = 0, b };",
      "using A = std::vector<int>;",
      "template <class T>\nT* twice(T a) {\n  return a;\n}",
      "template <class T>\nstruct A { T a; };",
      "static_assert(sizeof(int) == 4);",
      "int f() {\n  static const std::map<int, int> kTable = {{1, 2}};\n  return kTable.size();\n}",
      "int f() {\n  return static_cast<int>(1);\n}",
      "A::A(int a) : a_(a) { work(); }",
      "bool operator==(const A& a, const A& b) { return true; }",
      "bool A::operator()(int a) const { return true; }",
      "friend class A;",
      "extern \"C\" int function(int a);",
      "class A;",
      "[[noreturn]] void leave(const std::string& why);",
  };
  for (const std::string& text : good) {
    for (const MutableGlobal& global : mutable_globals(text)) {
      ADD_FAILURE() << "taken for state: " << global.text << "\nin: " << text;
    }
  }
}

TEST(SourceTree, CommentsAndLiteralsAreNoCode) {
  EXPECT_EQ(code_only("a /* b */ c // d\ne"), "a         c     \ne");
  EXPECT_EQ(code_only("f(\"getenv(\", 'x', 1'000)"), "f(         ,    , 1'000)");
  EXPECT_EQ(code_only("R\"(x\ny)\" z"), "    \n    z");
}

}  // namespace
}  // namespace hubward::test
