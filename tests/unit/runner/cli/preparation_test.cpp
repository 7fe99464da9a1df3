#include "runner/cli/preparation.h"

#include <gtest/gtest.h>

namespace hubward {
namespace {

using Indexes = std::vector<std::size_t>;

Manifest manifest() {
  const auto parsed = parse_manifest(
      "gpt2\n"
      "gpt2@dev\n"
      "datasets/rajpurkar/squad\n"
      "rajpurkar/squad\n"
      "sentence-transformers/all-MiniLM-L6-v2\n",
      "m.txt");
  EXPECT_TRUE(parsed);
  return parsed ? *parsed : Manifest{};
}

Indexes selected(const std::vector<std::string>& words) {
  const auto indexes = select_entries(manifest(), words);
  EXPECT_TRUE(indexes) << indexes.error().what;
  return indexes ? *indexes : Indexes{};
}

std::string refusal(const std::string& word) {
  const auto indexes = select_entries(manifest(), {word});
  EXPECT_FALSE(indexes);
  if (indexes) return "";
  EXPECT_EQ(indexes.error().kind, ErrorKind::usage);
  return indexes.error().what;
}

TEST(SelectEntries, AnIdMeansAllItsRevisions) { EXPECT_EQ(selected({"gpt2"}), (Indexes{0, 1})); }

TEST(SelectEntries, AnIdWithARevisionMeansThatOne) {
  EXPECT_EQ(selected({"gpt2@dev"}), Indexes{1});
  EXPECT_EQ(selected({"gpt2@main"}), Indexes{0});
}

TEST(SelectEntries, ATypeTellsADatasetFromAModelOfTheSameName) {
  EXPECT_EQ(selected({"datasets/rajpurkar/squad"}), Indexes{2});
  EXPECT_EQ(selected({"rajpurkar/squad"}), Indexes{3});
  EXPECT_EQ(selected({"models/rajpurkar/squad"}), Indexes{3});
}

TEST(SelectEntries, KeepsTheManifestsOrderAndNamesNoneTwice) {
  EXPECT_EQ(selected({"rajpurkar/squad", "gpt2", "gpt2@dev"}), (Indexes{0, 1, 3}));
}

TEST(SelectEntries, WhatMatchesNoneNamesTheNearestId) {
  EXPECT_EQ(refusal("gtp2"), "`gtp2` matches no entry of m.txt; did you mean `gpt2`?");
}

TEST(SelectEntries, AnotherRevisionNamesThoseThatAreThere) {
  EXPECT_EQ(refusal("gpt2@v1"), "`gpt2@v1` matches no entry of m.txt; it has that id at main, dev");
}

}  // namespace
}  // namespace hubward
