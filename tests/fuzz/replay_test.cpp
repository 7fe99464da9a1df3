// The doors without libFuzzer: every seed and all that was ever found, and each of them cut and
// damaged a little, the same way every time.

#include "tests/fuzz/door.h"
#include "tests/fuzz/promise.h"
#include "tests/fuzz/seeds.h"

#include <gtest/gtest.h>

#include <ostream>
#include <random>
#include <string>

namespace hubward::fuzz {

// Or gtest shows the bytes of its pointers.
void PrintTo(const Door& door, std::ostream* out) { *out << door.name; }

namespace {

class Doors : public testing::TestWithParam<Door> {};

// What is thrown fails the test by itself; the bytes that threw must be told.
void open(const Door& door, const std::string& bytes) {
  SCOPED_TRACE(testing::PrintToString(bytes.substr(0, 2000)));
  EXPECT_NO_THROW(door.open(bytes));
}

std::string damaged(std::string bytes, std::mt19937& random) {
  if (bytes.empty()) return bytes;
  const auto place = [&] { return random() % bytes.size(); };
  switch (random() % 4) {
    case 0: bytes[place()] = static_cast<char>(random() & 0xFFU); break;
    case 1: bytes.resize(place()); break;
    case 2: bytes.insert(place(), 1, "\"\\/.-_0\n\t[]{}#@:*"[random() % 17]); break;
    default: bytes.insert(place(), bytes.substr(place(), 1 + random() % 16)); break;
  }
  return bytes;
}

TEST_P(Doors, KeepTheirPromisesForEverySeedAndForOnesDamagedALittle) {
  const std::set<std::string> seeds = seeds_for(GetParam().name);
  std::mt19937 random(static_cast<unsigned>(seeds.size()));
  const std::size_t rounds = 1 + 1000 / seeds.size();
  open(GetParam(), "");
  for (const std::string& seed : seeds) {
    open(GetParam(), seed);
    std::string bytes = seed;
    for (std::size_t round = 0; round < rounds; ++round) {
      // Damage adds up, but every eighth time it begins anew.
      bytes = damaged(round % 8 == 0 ? seed : bytes, random);
      open(GetParam(), bytes);
    }
  }
}

TEST(Promise, ABrokenOneIsThrownWithItsSentence) {
  EXPECT_NO_THROW(promise(true, "kept"));
  EXPECT_THROW(promise(false, "broken"), BrokenPromise);
  for (const char* text : {"\x1b[31m", "\xff", "a\nb", "\u202e"}) {
    EXPECT_THROW(promise_safe_for_eyes(text, Lines::one), BrokenPromise) << text;
  }
  EXPECT_NO_THROW(promise_safe_for_eyes("ä\n\\x1b", Lines::many));
  for (const char* what : {"", "no place", "f:1: error: x", "f:0:1: error: x",
                           "f:1:1: error: x\n\n", "g:1:1: error: x", "f:1:1: error: "}) {
    EXPECT_THROW(
        promise_diagnostics({.kind = ErrorKind::bad_input, .where = "", .what = what}, "f"),
        BrokenPromise)
        << what;
  }
  EXPECT_NO_THROW(promise_diagnostics(
      {.kind = ErrorKind::bad_input, .where = "", .what = "f:1:2: error: x\nf:3:4: error: y"},
      "f"));
}

INSTANTIATE_TEST_SUITE_P(All, Doors, testing::ValuesIn(doors().begin(), doors().end()),
                         [](const auto& door) { return std::string(door.param.name); });

}  // namespace
}  // namespace hubward::fuzz
