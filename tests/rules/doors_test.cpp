// One door per library, so that it can be replaced and its traps are in one place.

#include "tests/support/source_tree.h"

#include <gtest/gtest.h>

#include <algorithm>
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
      {"openssl/", {"verifier/proof/hasher.cpp", "verifier/proof/lanes/openssl.cpp"}},
      {"zlib.h", {"verifier/proof/"}},
      {"CLI/", {"runner/cli/"}},
      {"boost/", {"runner/launch/"}},
      {"spdlog/", {"runner/"}},
      {"sqlite3.h", {"runner/ledger/sqlite.h"}},
      {"curl/", {"runner/hub/libcurl.h"}},
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

std::vector<std::string> door_faults(const std::string& file, const std::string& text) {
  std::vector<std::string> faults;
  for (const Include& include : includes_in(text)) {
    for (const Door& door : doors()) {
      if (begins_with(include.target, door.library) && !may_enter(door, file)) {
        faults.push_back(file + ":" + std::to_string(include.line) + " includes <" +
                         include.target + ">");
      }
    }
  }
  return faults;
}

TEST(Doors, EachLibraryIsIncludedThroughItsDoorOnly) {
  for (const std::string& file : source_files({"include", "verifier", "runner"}, {".h", ".cpp"})) {
    EXPECT_EQ(door_faults(file, source_text(file)), std::vector<std::string>());
  }
}

TEST(Doors, TheRuleSeesALibraryBesideItsDoor) {
  EXPECT_EQ(door_faults("verifier/asked/lock_file.cpp", "#include <toml++/toml.h>\n").size(), 1u);
  EXPECT_EQ(door_faults("verifier/checks/a.cpp", "\n# include <openssl/evp.h>"),
            std::vector<std::string>{"verifier/checks/a.cpp:2 includes <openssl/evp.h>"});
  EXPECT_EQ(door_faults("runner/cli/a.cpp", "#include <boost/filesystem.hpp>\n").size(), 1u);
  EXPECT_TRUE(door_faults("verifier/text/toml_door.cpp", "#include <toml++/toml.h>\n").empty());
  EXPECT_TRUE(door_faults("runner/launch/a.cpp", "#include <boost/filesystem.hpp>\n").empty());
}

}  // namespace
}  // namespace hubward::test
