// A floor plan that no test reads is a wish: this one is the table in docs/ARCHITECTURE.md. A file
// may include its own room and lower floors, nothing else.

#include "tests/support/files.h"
#include "tests/support/source_dir.h"
#include "tests/support/source_tree.h"

#include <gtest/gtest.h>

#include <optional>
#include <regex>
#include <string>
#include <vector>

namespace hubward::test {
namespace {

struct Room {
  int floor = 0;
  std::string path;  // ends in '/' when it is a folder
};

std::vector<Room> plan_in(const std::string& architecture) {
  static const std::regex kRow(R"(^\| F(\d+) \| `([^`]+)` \|)");
  std::vector<Room> rooms;
  for (const std::string& line : lines_of(architecture)) {
    std::smatch match;
    if (std::regex_search(line, match, kRow)) {
      rooms.push_back({.floor = std::stoi(match[1]), .path = match[2]});
    }
  }
  return rooms;
}

std::vector<Room> read_plan() { return plan_in(source_text("docs/ARCHITECTURE.md")); }

// The public headers stand on the ground floor wherever their .cpp is.
std::optional<Room> room_of(const std::vector<Room>& plan, const std::string& file) {
  std::optional<Room> best;
  for (const Room& room : plan) {
    const bool folder = room.path.back() == '/';
    // A room that is one source file holds its header too, and the files named after it: run.cpp
    // has run.h and run_plan.cpp.
    const std::string stem = room.path.substr(0, room.path.rfind('.'));
    const bool inside = folder ? file.compare(0, room.path.size(), room.path) == 0
                               : file.compare(0, stem.size() + 1, stem + ".") == 0 ||
                                     file.compare(0, stem.size() + 1, stem + "_") == 0;
    if (inside && (!best || room.path.size() > best->path.size())) {
      best = room;
    }
  }
  return best;
}

std::vector<std::string> all_sources() {
  return source_files({"include", "verifier", "runner"}, {".h", ".cpp", ".h.in"});
}

TEST(Layers, ThePlanNamesRoomsThatExist) {
  const std::vector<Room> plan = read_plan();
  ASSERT_GE(plan.size(), 10u);
  for (const Room& room : plan) {
    EXPECT_TRUE(exists(source_dir() + "/" + room.path)) << room.path;
  }
}

TEST(Layers, EveryFileHasARoom) {
  const std::vector<Room> plan = read_plan();
  for (const std::string& file : all_sources()) {
    EXPECT_TRUE(room_of(plan, file)) << file << " is in no room of docs/ARCHITECTURE.md";
  }
}

/// The includes of ours in one file, a sentence for each that leads upstairs or nowhere.
std::vector<std::string> layer_faults(const std::vector<Room>& plan, const std::string& file,
                                      const std::string& text) {
  std::vector<std::string> faults;
  const auto own = room_of(plan, file);
  for (const Include& include : includes_in(text)) {
    const bool is_public = include.target.compare(0, 8, "hubward/") == 0;
    if (!own || (!include.quoted && !is_public)) continue;
    const std::string place = file + ":" + std::to_string(include.line);
    const auto theirs = room_of(plan, is_public ? "include/" + include.target : include.target);
    if (!theirs) {
      faults.push_back(place + " includes " + include.target +
                       ", which is in no room: includes are written from the root");
    } else if (theirs->path != own->path && theirs->floor >= own->floor) {
      faults.push_back(place + " (F" + std::to_string(own->floor) + ") includes " + include.target +
                       " (F" + std::to_string(theirs->floor) + ")");
    }
  }
  return faults;
}

TEST(Layers, AFileIncludesItsOwnRoomAndLowerFloorsOnly) {
  const std::vector<Room> plan = read_plan();
  std::size_t looked_at = 0;
  for (const std::string& file : all_sources()) {
    const std::string text = source_text(file);
    looked_at += includes_in(text).size();
    EXPECT_EQ(layer_faults(plan, file, text), std::vector<std::string>());
  }
  EXPECT_GT(looked_at, 50u);
}

TEST(Layers, TheRuleSeesAStepUpstairsAStepAsideAndAStepOutOfTheHouse) {
  const std::vector<Room> plan = plan_in(
      "| F0 | `include/hubward/` | values |\n| F1 | `verifier/text/` | bytes |\n"
      "| F2 | `verifier/asked/` | texts |\n| F8 | `runner/mend/` | writes |\n"
      "| F8 | `runner/guard/` | watches |\n| F10 | `runner/run.cpp` | all |\n");
  ASSERT_EQ(plan.size(), 6u);
  const auto faults = [&](const std::string& file, const std::string& include) {
    return layer_faults(plan, file, "#include " + include + "\n").size();
  };
  EXPECT_EQ(faults("verifier/text/a.cpp", "\"verifier/asked/b.h\""), 1u) << "upstairs";
  EXPECT_EQ(faults("verifier/asked/a.cpp", "\"runner/mend/b.h\""), 1u) << "the other house";
  EXPECT_EQ(faults("runner/mend/a.cpp", "\"runner/guard/b.h\""), 1u) << "aside";
  EXPECT_EQ(faults("include/hubward/a.h", "\"verifier/text/b.h\""), 1u) << "from a public header";
  EXPECT_EQ(faults("runner/mend/a.cpp", "\"b.h\""), 1u) << "by a name that is in no room";
  EXPECT_EQ(faults("runner/mend/a.cpp", "\"runner/run_plan.h\""), 1u) << "to a room of one file";
  EXPECT_EQ(faults("verifier/asked/a.cpp", "\"verifier/text/b.h\""), 0u) << "downstairs";
  EXPECT_EQ(faults("runner/mend/a.cpp", "\"runner/mend/b.h\""), 0u) << "its own room";
  EXPECT_EQ(faults("runner/mend/a.cpp", "<hubward/b.h>"), 0u) << "a public header";
  EXPECT_EQ(faults("runner/mend/a.cpp", "<vector>"), 0u) << "a library";
  EXPECT_FALSE(room_of(plan, "runner/attic/a.cpp")) << "a file without a room";
}

TEST(Layers, AnIncludeOfOursNamesAFileThatExists) {
  for (const std::string& file :
       source_files({"include", "verifier", "runner", "tests", "bench"}, {".h", ".cpp"})) {
    for (const Include& include : includes_in(source_text(file))) {
      if (include.quoted) {
        EXPECT_TRUE(exists(source_dir() + "/" + include.target))
            << file << ":" << include.line << " includes " << include.target;
      }
    }
  }
}

}  // namespace
}  // namespace hubward::test
