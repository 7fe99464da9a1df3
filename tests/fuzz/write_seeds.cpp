// Writes the seeds of every door as libFuzzer takes them: FOLDER/DOOR/NUMBER.
#include "tests/fuzz/door.h"
#include "tests/fuzz/seeds.h"
#include "tests/support/files.h"

#include <cstdio>
#include <exception>
#include <string>

int main(int count, char** arguments) {
  if (count != 2) {
    std::fputs("usage: write_seeds FOLDER\n", stderr);
    return 64;
  }
  try {
    for (const hubward::fuzz::Door& door : hubward::fuzz::doors()) {
      std::size_t number = 0;
      for (const std::string& seed : hubward::fuzz::seeds_for(door.name)) {
        const std::string name = std::string(door.name) + "/" + std::to_string(number++);
        hubward::test::write_file(std::string(arguments[1]) + "/" + name, seed);
      }
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "write_seeds: %s\n", error.what());
    return 74;
  }
  return 0;
}
