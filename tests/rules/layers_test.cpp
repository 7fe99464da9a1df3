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

std::vector<Room> read_plan() {
  static const std::regex kRow(R"(^\| F(\d+) \| `([^`]+)` \|)");
  std::vector<Room> rooms;
  for (const std::string& line : lines_of(source_text("docs/ARCHITECTURE.md"))) {
    std::smatch match;
    if (std::regex_search(line, match, kRow)) {
      rooms.push_back({.floor = std::stoi(match[1]), .path = match[2]});
    }
  }
  return rooms;
}

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

TEST(Layers, AFileIncludesItsOwnRoomAndLowerFloorsOnly) {
  const std::vector<Room> plan = read_plan();
  int looked_at = 0;
  for (const std::string& file : all_sources()) {
    const auto own = room_of(plan, file);
    if (!own) {
      continue;
    }
    for (const Include& include : includes_in(source_text(file))) {
      const bool is_public = include.target.compare(0, 8, "hubward/") == 0;
      if (!include.quoted && !is_public) {
        continue;
      }
      const auto theirs = room_of(plan, is_public ? "include/" + include.target : include.target);
      ASSERT_TRUE(theirs) << file << ":" << include.line << " includes " << include.target
                          << ", which is in no room: includes are written from the root";
      looked_at += 1;
      EXPECT_TRUE(theirs->path == own->path || theirs->floor < own->floor)
          << file << ":" << include.line << " (F" << own->floor << ") includes " << include.target
          << " (F" << theirs->floor << ")";
    }
  }
  EXPECT_GT(looked_at, 50);
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
