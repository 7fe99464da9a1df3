// What differs from a lock, as a person reads it: columns that line up, and no page of digests.
#include "verifier/lock_report.h"

#include "tests/support/golden.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>
#include <string_view>

namespace hubward {
namespace {

using testing::HasSubstr;
using testing::Not;

LockChange change(LockChangeKind kind, std::string_view id, std::string path = "") {
  return {.kind = kind,
          .repo = *RepoId::parse(RepoType::model, id),
          .revision = *Revision::parse("main"),
          .path = std::move(path),
          .before = {},
          .after = {},
          .why = ""};
}

LockedSide file(std::uint64_t size, char digit, std::size_t digits = 40) {
  LockedSide side;
  side.size = size;
  side.oid = Digest::from_hex(std::string(digits, digit));
  return side;
}

LockedSide entry(char digit, std::uint64_t files, std::uint64_t size) {
  LockedSide side;
  side.commit = CommitId::parse(std::string(40, digit));
  side.files = files;
  side.size = size;
  return side;
}

LockOutcome differing() {
  LockOutcome outcome;
  outcome.deed = LockDeed::differs;
  outcome.lock_path = "model_manifest.lock.toml";
  outcome.manifest_entries = 4;
  LockChange gone = change(LockChangeKind::repo_removed, "lab/a-rather-long-name");
  gone.before = entry('1', 1, 4100);
  gone.why = "the manifest does not name it";
  LockChange lacking = change(LockChangeKind::repo_added, "lab/new");
  lacking.why = "line 4 of the manifest";
  LockChange present = change(LockChangeKind::repo_added, "gpt2");
  present.after = entry('2', 1250, 12'300'000'000);
  LockChange moved = change(LockChangeKind::commit_moved, "lab/tiny");
  moved.before.commit = CommitId::parse(std::string(40, '3'));
  moved.after.commit = CommitId::parse(std::string(40, '4'));
  LockChange changed = change(LockChangeKind::file_changed, "lab/tiny", "config.json");
  changed.before = file(90, '5');
  changed.after = file(1200, '6');
  LockChange alike = change(LockChangeKind::file_changed, "lab/tiny", "model.safetensors");
  alike.before = file(4'400'000'001, '7', 64);
  alike.after.size = 4'400'000'002;
  LockChange added = change(LockChangeKind::file_added, "lab/tiny", "odd\nname");
  added.after = file(7, '8');
  added.why = "the lock does not name it";
  outcome.changes = {present, gone, lacking, moved, changed, alike, added};
  return outcome;
}

TEST(LockDiff, ADifferenceIsARowOfColumnsAndItsNameComesWhole) {
  test::expect_golden("fixtures/golden/lock-differs.txt", render_lock_text(differing(), {}));
}

TEST(LockDiff, VerboseShowsDigestsWhole) {
  const std::string text = render_lock_text(differing(), {.verbosity = Verbosity::verbose});
  EXPECT_THAT(text, HasSubstr(std::string(40, '1')));
  EXPECT_THAT(text, HasSubstr("sha256:" + std::string(64, '7')));
}

TEST(LockDiff, ManyChangesOfAnEntryAreCountedUnlessAskedFor) {
  LockOutcome outcome;
  outcome.deed = LockDeed::differs;
  for (int index = 0; index < 23; ++index) {
    outcome.changes.push_back(
        change(LockChangeKind::file_removed, "gpt2", fmt::format("file-{:02}", index)));
  }
  outcome.changes.push_back(change(LockChangeKind::file_removed, "lab/tiny", "config.json"));
  const std::string text = render_lock_text(outcome, {});
  EXPECT_THAT(text, HasSubstr("-     file-19\n      … and 3 more (-v lists them)\n  lab/tiny@main\n"
                              "-     config.json\n"));
  const std::string all = render_lock_text(outcome, {.verbosity = Verbosity::verbose});
  EXPECT_THAT(all, HasSubstr("-     file-22\n  lab/tiny@main\n"));
  EXPECT_THAT(all, Not(HasSubstr("more")));
}

}  // namespace
}  // namespace hubward
