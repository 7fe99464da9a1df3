// What a session did is taken back to the byte: whether it ended well, or a kill came in between.
#include "runner/mend/session.h"

#include "runner/mend/beneath.h"
#include "runner/mend/playback.h"
#include "tests/support/cache_builder.h"
#include "tests/support/files.h"
#include "tests/support/matchers.h"
#include "tests/support/whole_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hubward {
namespace {

using test::CacheBuilder;
using test::exists;
using test::kCommit;
using test::kOtherCommit;
using test::make_link;
using test::read_file;
using test::read_link;
using test::Succeeds;
using test::tree_of;
using test::write_file;
using testing::ElementsAre;
using testing::IsEmpty;

class Sessions : public testing::Test {
 protected:
  QuarantineRequest request() const {
    return {.cache_path = cache_.path(),
            .utc = std::chrono::system_clock::from_time_t(1'700'000'000),
            .pid = 4711};
  }
  std::string home() const { return quarantine_home(request()); }
  std::string name() const { return "20231114T221320Z-4711"; }
  std::string in_session(const std::string& path) const {
    return home() + "/" + name() + "/" + path;
  }

  Playback undo() const {
    const auto parsed = parse_journal(read_file(in_session("journal.jsonl")), "journal");
    EXPECT_TRUE(parsed) << parsed.error().what;
    auto records = parsed->records;
    const auto cache = open_own_folder(cache_.path(), Make::no);
    const auto at_home = open_own_folder(home(), Make::no);
    const auto folder = open_beneath(at_home->get(), name(), Make::no);
    const UniqueFd journal(
        ::openat(folder->get(), "journal.jsonl", O_WRONLY | O_APPEND | O_CLOEXEC));
    Playback playback{.cache = cache->get(), .session = folder->get(), .journal = journal.get()};
    EXPECT_THAT(play_back(playback, records), Succeeds());
    if (playback.kept.empty()) {
      EXPECT_TRUE(remove_empty_session(at_home->get(), name()));
    }
    playback.journal = playback.cache = playback.session = -1;
    return playback;
  }

  void add_journal_line(const std::string& line) const {
    test::append_file(in_session("journal.jsonl"), line);
  }

  CacheBuilder cache_;
};

const FindingCode kCode = FindingCode::pointer_as_text;

TEST_F(Sessions, EveryDeedIsTakenBack) {
  write_file(cache_ / "m/snapshots/c/text", "../../blobs/x");
  write_file(cache_ / "m/snapshots/c/copy", "copied");
  write_file(cache_ / "m/blobs/bad", "bad");
  write_file(cache_ / "m/blobs/closed", "closed");
  write_file(cache_ / "m/refs/main", std::string(kCommit) + "\n");
  ::chmod((cache_ / "m/blobs/closed").c_str(), 0);
  ::chmod((cache_ / "m/refs/main").c_str(), 0640);
  const auto before = tree_of(cache_.path());

  auto session = Session::open(request());
  ASSERT_TRUE(session);
  EXPECT_TRUE(*session->take("m/blobs/bad", kCode));
  EXPECT_THAT(session->put_link("m/snapshots/c/text", "../../blobs/x", kCode), Succeeds());
  EXPECT_THAT(session->put_link("m/snapshots/new/deep/link", "../../../blobs/x", kCode),
              Succeeds());
  EXPECT_THAT(session->put_ref("m/refs/main", *CommitId::parse(kCommit), kCode), Succeeds());
  EXPECT_THAT(session->put_ref("m/refs/v/1", *CommitId::parse(kOtherCommit), kCode), Succeeds());
  EXPECT_THAT(session->give_name("m/blobs/copied", "m/snapshots/c/copy", kCode), Succeeds());
  EXPECT_THAT(session->put_link("m/snapshots/c/copy", "../../blobs/copied", kCode), Succeeds());
  EXPECT_THAT(session->change_mode("m/blobs/closed", 0600, kCode), Succeeds());

  EXPECT_EQ(read_link(cache_ / "m/snapshots/c/text"), "../../blobs/x");
  EXPECT_EQ(read_file(in_session("m/snapshots/c/text")), "../../blobs/x");
  EXPECT_EQ(read_link(cache_ / "m/snapshots/new/deep/link"), "../../../blobs/x");
  EXPECT_EQ(read_file(cache_ / "m/refs/main"), kCommit);
  EXPECT_EQ(read_file(cache_ / "m/refs/v/1"), kOtherCommit);
  EXPECT_EQ(read_file(cache_ / "m/blobs/copied"), "copied");
  EXPECT_EQ(read_file(cache_ / "m/blobs/closed"), "closed");

  const Playback undone = undo();
  EXPECT_THAT(undone.kept, IsEmpty());
  EXPECT_THAT(undone.returned,
              testing::IsSupersetOf({"m/blobs/bad", "m/refs/main", "m/blobs/closed"}));
  EXPECT_EQ(tree_of(cache_.path()), before);
  EXPECT_FALSE(exists(home() + "/" + name()));
}

TEST_F(Sessions, ThePlaceOfSomethingThatCameTwiceIsItsOwn) {
  write_file(cache_ / "m/refs/main/below", "a folder");
  const auto before = tree_of(cache_.path());
  auto session = Session::open(request());
  EXPECT_TRUE(*session->take("m/refs/main", kCode));
  write_file(cache_ / "m/refs/main", "a file");
  EXPECT_TRUE(*session->take("m/refs/main", kCode));
  make_link("elsewhere", cache_ / "m/refs/main");
  EXPECT_TRUE(*session->take("m/refs/main", kCode));
  EXPECT_EQ(read_file(in_session("again-2/m/refs/main")), "a file");
  EXPECT_EQ(read_link(in_session("again-3/m/refs/main")), "elsewhere");
  // Latest first: the link comes back, and the others find its place taken.
  EXPECT_EQ(undo().kept.size(), 2U);
  EXPECT_EQ(read_link(cache_ / "m/refs/main"), "elsewhere");
  test::remove_tree(cache_ / "m/refs/main");
  EXPECT_EQ(undo().kept.size(), 1U);
  test::remove_tree(cache_ / "m/refs/main");
  EXPECT_THAT(undo().kept, IsEmpty());
  EXPECT_EQ(tree_of(cache_.path()), before);
}

TEST_F(Sessions, WhatHasComeIntoAPlaceSinceIsNotOverwritten) {
  write_file(cache_ / "m/blobs/bad", "bad");
  write_file(cache_ / "m/refs/main", "short");
  write_file(cache_ / "m/snapshots/c/a", "text");
  auto session = Session::open(request());
  EXPECT_TRUE(*session->take("m/blobs/bad", kCode));
  EXPECT_THAT(session->put_ref("m/refs/main", *CommitId::parse(kCommit), kCode), Succeeds());
  EXPECT_THAT(session->put_link("m/snapshots/c/a", "../../blobs/x", kCode), Succeeds());
  write_file(cache_ / "m/blobs/bad", "good");
  write_file(cache_ / "m/refs/main", kOtherCommit);

  const Playback undone = undo();
  ASSERT_EQ(undone.kept.size(), 2U);
  EXPECT_EQ(undone.kept[0].path, "m/refs/main");
  EXPECT_EQ(undone.kept[1].path, "m/blobs/bad");
  EXPECT_THAT(undone.returned, ElementsAre("m/snapshots/c/a"));
  EXPECT_EQ(read_file(cache_ / "m/blobs/bad"), "good");
  EXPECT_EQ(read_file(cache_ / "m/refs/main"), kOtherCommit);
  EXPECT_EQ(read_file(in_session("m/blobs/bad")), "bad");
  EXPECT_EQ(read_file(in_session("m/refs/main")), "short");
}

TEST_F(Sessions, AClientThatRemovedWhatWasMadeIsNoHindrance) {
  write_file(cache_ / "m/snapshots/c/a", "text");
  const auto before = tree_of(cache_.path());
  auto session = Session::open(request());
  EXPECT_THAT(session->put_link("m/snapshots/c/a", "../../blobs/x", kCode), Succeeds());
  test::remove_tree(cache_ / "m");
  EXPECT_THAT(undo().kept, IsEmpty());
  EXPECT_EQ(tree_of(cache_.path()), before);
}

// The instants at which a kill leaves something half done, each built by hand.
TEST_F(Sessions, ADeedThatWasWrittenDownAndNotBegunIsNothing) {
  write_file(cache_ / "m/blobs/bad", "bad");
  write_file(cache_ / "m/refs/main", "");
  const auto before = tree_of(cache_.path());
  ASSERT_TRUE(Session::open(request()));
  for (const JournalRecord& record : {
           JournalRecord{.path = "m/blobs/bad", .kind = "file", .code = "x", .at = "m/blobs/bad"},
           JournalRecord{.deed = JournalDeed::ref,
           .path = "m/refs/main",
           .kind = "file",
           .at = "m/refs/main",
           .text = kCommit},
           JournalRecord{.deed = JournalDeed::folder, .path = "m/snapshots"},
           JournalRecord{.deed = JournalDeed::link, .path = "m/snapshots/l", .text = "x"},
           JournalRecord{.deed = JournalDeed::name, .path = "m/blobs/y", .of = "m/blobs/bad"},
       }) {
    add_journal_line(journal_line(record));
  }
  add_journal_line("{\"do\":\"take\",\"pa");
  EXPECT_THAT(undo().kept, IsEmpty());
  EXPECT_EQ(tree_of(cache_.path()), before);
}

TEST_F(Sessions, WhatWasMadeReadyAndNotPutInPlaceIsRemoved) {
  write_file(cache_ / "m/refs/main", kOtherCommit);
  write_file(cache_ / "m/refs/empty", "");
  const auto before = tree_of(cache_.path());
  ASSERT_TRUE(Session::open(request()));
  for (const std::string path : {"m/refs/main", "m/refs/empty"}) {
    add_journal_line(journal_line(
        {.deed = JournalDeed::ref, .path = path, .kind = "file", .at = path, .text = kCommit}));
    write_file(in_session(path), kCommit);
  }
  write_file(in_session("m/refs/.hubward-copying"), "aaaa");
  EXPECT_THAT(undo().kept, IsEmpty());
  EXPECT_EQ(tree_of(cache_.path()), before);
  EXPECT_FALSE(exists(home() + "/" + name()));
}

TEST_F(Sessions, AcrossFileSystemsACopyBesideItsOriginalIsDropped) {
  write_file(cache_ / "m/blobs/bad", "bad");
  write_file(cache_ / "m/refs/main", "");
  write_file(cache_ / "m/snapshots/c/dir/one", "1");
  write_file(cache_ / "m/snapshots/c/dir/two", "2");
  const auto before = tree_of(cache_.path());
  ASSERT_TRUE(Session::open(request()));
  add_journal_line(journal_line({.path = "m/blobs/bad", .kind = "file", .at = "m/blobs/bad"}));
  write_file(in_session("m/blobs/bad"), "bad");
  add_journal_line(journal_line({.deed = JournalDeed::ref,
                                 .path = "m/refs/main",
                                 .kind = "file",
                                 .at = "m/refs/main",
                                 .text = kCommit}));
  write_file(in_session("m/refs/main"), "");
  // A folder is removed file by file.
  add_journal_line(
      journal_line({.path = "m/snapshots/c/dir", .kind = "folder", .at = "m/snapshots/c/dir"}));
  write_file(in_session("m/snapshots/c/dir/one"), "1");
  write_file(in_session("m/snapshots/c/dir/two"), "2");
  test::remove_tree(cache_ / "m/snapshots/c/dir/two");
  EXPECT_THAT(undo().kept, IsEmpty());
  EXPECT_EQ(tree_of(cache_.path()), before);
}

// Across file systems a ref is written under its own name, and a kill may come in between.
TEST_F(Sessions, PartOfARefInThePlaceOfAnotherIsTakenBack) {
  const std::string ref = cache_ / "m/refs/main";
  write_file(ref, std::string(kCommit) + "\n");
  const auto before = tree_of(cache_.path());
  for (const std::string part : {"", "aaaa"}) {
    ASSERT_TRUE(std::string_view(kCommit).starts_with(part));
    auto session = Session::open(request());
    ASSERT_TRUE(session);
    EXPECT_THAT(session->put_ref("m/refs/main", *CommitId::parse(kCommit), kCode), Succeeds());
    write_file(ref, part);
    EXPECT_THAT(undo().kept, IsEmpty()) << part;
    EXPECT_EQ(tree_of(cache_.path()), before) << part;
  }
}

TEST_F(Sessions, AnEmptyRefThatWasReplacedComesBackEmpty) {
  write_file(cache_ / "m/refs/main", "");
  const auto before = tree_of(cache_.path());
  auto session = Session::open(request());
  ASSERT_TRUE(session);
  EXPECT_THAT(session->put_ref("m/refs/main", *CommitId::parse(kCommit), kCode), Succeeds());
  EXPECT_THAT(undo().kept, IsEmpty());
  EXPECT_EQ(tree_of(cache_.path()), before);
}

TEST_F(Sessions, AnUndoThatWasKilledIsGoneOnWith) {
  write_file(cache_ / "m/snapshots/c/a", "text");
  const auto before = tree_of(cache_.path());
  auto session = Session::open(request());
  EXPECT_THAT(session->put_link("m/snapshots/c/a", "../../blobs/x", kCode), Succeeds());
  EXPECT_THAT(session->put_link("m/snapshots/c/b", "../../blobs/x", kCode), Succeeds());
  // b is gone, a has changed places again, and what was made lies in the session still.
  test::remove_tree(cache_ / "m/snapshots/c/b");
  add_journal_line(journal_undone(2));
  ASSERT_EQ(::renameat2(AT_FDCWD, (cache_ / "m/snapshots/c/a").c_str(), AT_FDCWD,
                        in_session("m/snapshots/c/a").c_str(), RENAME_EXCHANGE),
            0);
  EXPECT_THAT(undo().kept, IsEmpty());
  EXPECT_EQ(tree_of(cache_.path()), before);
}

TEST_F(Sessions, NothingIsTakenBackThroughALink) {
  write_file(cache_ / "m/blobs/bad", "bad");
  auto session = Session::open(request());
  EXPECT_TRUE(*session->take("m/blobs/bad", kCode));
  test::remove_tree(cache_ / "m/blobs");
  test::make_folder(cache_.surroundings() + "/elsewhere");
  make_link("../../elsewhere", cache_ / "m/blobs");
  EXPECT_EQ(undo().kept.size(), 1U);
  EXPECT_FALSE(exists(cache_.surroundings() + "/elsewhere/bad"));
  EXPECT_EQ(read_file(in_session("m/blobs/bad")), "bad");
}

}  // namespace
}  // namespace hubward
