#include "runner/mend/journal.h"

#include "tests/support/files.h"
#include "tests/support/matchers.h"
#include "tests/support/source_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward {
namespace {

using test::FailsWith;
using test::source_files;
using test::source_text;
using testing::HasSubstr;

TEST(Journal, EveryDeedIsReadAsItWasWritten) {
  const std::string text = source_text("fixtures/journals/good/every-deed.jsonl");
  const auto journal = parse_journal(text, "j");
  ASSERT_TRUE(journal);
  ASSERT_EQ(journal->records.size(), 8U);
  EXPECT_EQ(journal->records[1].path.back(), '\xff');
  EXPECT_TRUE(journal->records[7].undone);
  std::string again = journal_header(journal->cache, journal->time);
  for (const JournalRecord& record : journal->records) again += journal_line(record);
  EXPECT_EQ(again + journal_undone(8), text);
}

TEST(Journal, SoundOnesAreReadABadOneIsNamedByItsLine) {
  for (const std::string& file : source_files({"fixtures/journals/good"}, {".jsonl"})) {
    EXPECT_TRUE(parse_journal(source_text(file), file)) << file;
  }
  const auto bad = source_files({"fixtures/journals/bad"}, {".jsonl"});
  ASSERT_GT(bad.size(), 10U);
  for (const std::string& file : bad) {
    const auto journal = parse_journal(source_text(file), file);
    EXPECT_THAT(journal, FailsWith(ErrorKind::bad_input)) << file;
    const std::string what = journal ? "" : journal.error().what;
    EXPECT_THAT(what, HasSubstr(file + ":"));
  }
}

TEST(Journal, OnlyALastLineMayBeTorn) {
  const std::string header = journal_header("/c", "t");
  const std::string line = journal_line({.path = "a", .kind = "file", .at = "a"});
  EXPECT_EQ(parse_journal(header + line + line.substr(0, 9), "j")->records.size(), 1U);
  EXPECT_FALSE(parse_journal(header + line.substr(0, 9) + "\n" + line, "j"));
  EXPECT_FALSE(parse_journal(header.substr(0, 9), "j"));
}

TEST(Journal, APathMayBeAsLongAsCanBeJournaledAndNoLonger) {
  const auto with = [](std::size_t bytes) {
    const std::string path(bytes, '\x01');
    return parse_journal(
        journal_header("/c", "t") + journal_line({.path = path, .kind = "file", .at = path}), "j");
  };
  EXPECT_TRUE(with(kMaxJournalPath));
  EXPECT_FALSE(with(kMaxJournalPath + 1));
  EXPECT_TRUE(may_be_journaled(std::string(kMaxJournalPath, 'a')));
  EXPECT_FALSE(may_be_journaled(std::string(kMaxJournalPath + 1, 'a')));
}

}  // namespace
}  // namespace hubward
