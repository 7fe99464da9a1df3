#include "verifier/cache/name_arena.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace hubward {
namespace {

TEST(NameArena, KeepsThePartsJoined) {
  NameArena arena;
  EXPECT_EQ(arena.keep({"models--gpt2", "/", "refs"}), "models--gpt2/refs");
  EXPECT_EQ(arena.keep({"", ""}), "");
}

TEST(NameArena, WhatItGaveOutStaysWhileItGrowsAndMoves) {
  NameArena arena;
  const std::string_view first = arena.keep({"first"});
  for (int i = 0; i < 10'000; ++i) arena.keep({"another name of some length"});
  const NameArena moved = std::move(arena);
  EXPECT_EQ(first, "first");
}

TEST(NameArena, ANameLargerThanAChunkFits) {
  NameArena arena;
  const std::string large(1'000'000, 'x');
  EXPECT_EQ(arena.keep({large}), large);
  EXPECT_EQ(arena.keep({"small"}), "small");
}

}  // namespace
}  // namespace hubward
