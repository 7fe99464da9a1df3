#include "runner/fetch/fetch_plan.h"

#include "runner/fetch/plan_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;

Digest oid(char digit) { return *Digest::from_hex(std::string(40, digit)); }

Manifest manifest(const std::string& line) { return *parse_manifest(line + "\n", "m.txt"); }

TreeListing listing(std::initializer_list<std::pair<const char*, char>> files) {
  TreeListing made;
  for (const auto& [path, digit] : files) {
    made.files.push_back({.path = path, .size = 10, .oid = oid(digit)});
  }
  return made;
}

std::vector<std::string> paths(const EntryPlan& plan, Deed deed) {
  std::vector<std::string> found;
  for (const PlannedFile& file : plan.files) {
    if (file.deed == deed) found.push_back(file.path);
  }
  return found;
}

const TreeListing kModel = listing({{"README.md", '1'},
                                    {"config.json", '2'},
                                    {"model.safetensors", '3'},
                                    {"pytorch_model.bin", '4'},
                                    {"tokenizer.json", '5'}});

TEST(FetchPlan, TheProfileChoosesAmongWhatIsListed) {
  const Manifest wanted = manifest("org/name");
  const EntryPlan plan = plan_entry(wanted.entries[0], nullptr, kModel, {});
  EXPECT_THAT(paths(plan, Deed::download),
              ElementsAre("config.json", "model.safetensors", "tokenizer.json"));
  EXPECT_EQ(plan.required, 3u);
  EXPECT_THAT(plan.absent, IsEmpty());
}

TEST(FetchPlan, WhatIsThereIsNotPlannedAndABlobWithoutALinkIsOnlyLinked) {
  const Manifest wanted = manifest("org/name");
  const Presence there{.sound_paths = {"config.json"}, .blobs = {oid('2').hex(), oid('3').hex()}};
  const EntryPlan plan = plan_entry(wanted.entries[0], nullptr, kModel, there);
  EXPECT_THAT(paths(plan, Deed::link), ElementsAre("model.safetensors"));
  EXPECT_THAT(paths(plan, Deed::download), ElementsAre("tokenizer.json"));
  EXPECT_EQ(plan.required, 3u);
}

TEST(FetchPlan, NotIsNeverFetched) {
  const Manifest wanted = manifest("org/name not:*.safetensors");
  const EntryPlan plan = plan_entry(wanted.entries[0], nullptr, kModel, {});
  EXPECT_THAT(paths(plan, Deed::download),
              ElementsAre("config.json", "pytorch_model.bin", "tokenizer.json"));
}

TEST(FetchPlan, WhatNoListingHasIsAbsent) {
  const Manifest wanted = manifest("org/name gguf:none.gguf");
  const EntryPlan plan = plan_entry(wanted.entries[0], nullptr, kModel, {});
  EXPECT_THAT(plan.files, IsEmpty());
  ASSERT_EQ(plan.absent.size(), 1u);
  EXPECT_EQ(plan.absent[0].path, "none.gguf");
}

TEST(FetchPlan, UnderALockExactlyItsFilesAreWanted) {
  const Manifest wanted = manifest("org/name");
  const LockedRepo locked{.repo = wanted.entries[0].repo,
                          .revision = Revision::main(),
                          .commit = *CommitId::parse(std::string(40, 'c')),
                          .files = {{.path = "odd.bin", .size = 7, .oid = oid('9')}}};
  const EntryPlan plan = plan_entry(wanted.entries[0], &locked, kModel, {});
  EXPECT_THAT(paths(plan, Deed::download), ElementsAre("odd.bin"));
}

TEST(FetchPlan, ABlobThatTwoPathsNeedIsDownloadedOnce) {
  const Manifest wanted = manifest("datasets/org/name");
  const EntryPlan plan =
      plan_entry(wanted.entries[0], nullptr, listing({{"a", '1'}, {"b", '1'}, {"c", '2'}}), {});
  const PlanTotals totals = totals_of(std::span(&plan, 1));
  EXPECT_EQ(totals.files, 3u);
  EXPECT_EQ(totals.downloads, 2u);
  EXPECT_EQ(totals.bytes, 20u);
}

TEST(FetchPlan, ItsRowsStandInColumnsAndAPathComesLast) {
  const Manifest wanted = manifest("org/name profile:all");
  TreeListing files = listing({{"a", '1'}, {"b", '2'}});
  files.files[1].size = 12'300'000;
  const EntryPlan plan = plan_entry(wanted.entries[0], nullptr, files, {});
  PlannedEntry entry{&wanted.entries[0], &plan, *CommitId::parse(std::string(40, 'c'))};
  entry.writes_ref = true;
  const auto lines = plan_lines(std::span(&entry, 1), 2);
  EXPECT_THAT(lines, IsSupersetOf({"  download      10 B  a", "  download   12.3 MB  b",
                                   "  write               refs/main"}));
}

TEST(FetchPlan, ALargeModelIsNamedWhenItsLineHasNoOption) {
  for (const auto& [line, is_named] :
       {std::pair("org/name", true), std::pair("org/name profile:auto", false)}) {
    const Manifest wanted = manifest(line);
    TreeListing large = kModel;
    large.files[2].size = kLargeEntry;
    const EntryPlan plan = plan_entry(wanted.entries[0], nullptr, large, {});
    const PlannedEntry entry{&wanted.entries[0], &plan, *CommitId::parse(std::string(40, 'c'))};
    const auto lines = plan_lines(std::span(&entry, 1), 2);
    EXPECT_EQ(testing::Value(lines, Contains(HasSubstr("profile:tokenizer"))), is_named) << line;
    EXPECT_THAT(lines, Contains(HasSubstr("requests: 2 to the API")));
  }
}

}  // namespace
}  // namespace hubward::test
