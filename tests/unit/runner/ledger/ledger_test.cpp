// What is kept from one process to the next, and what is not believed of it.

#include "runner/ledger/ledger.h"

#include "tests/support/files.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary_folder.h"
#include "verifier/proof/hasher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <functional>
#include <memory>

namespace hubward {
namespace {

using std::chrono::hours;
using std::chrono::nanoseconds;
using test::FailsWith;

constexpr std::int64_t kNow = 1'800'000'000'000'000'000;

std::int64_t later(nanoseconds duration) { return kNow + duration.count(); }

class LedgerTest : public testing::Test {
 protected:
  LedgerTest() { test::make_folder(cache_); }

  LedgerRequest request(std::int64_t now = kNow) const {
    return {.folder = folder_, .cache_path = cache_, .now = now};
  }
  static ProofRecord record(std::uint64_t inode) {
    return {.identity = {.device = 7, .inode = inode, .size = 10, .mtime = 1, .ctime = 2},
            .git_sha1 = digest_of(DigestAlgorithm::git_sha1, std::to_string(inode)),
            .read_at = kNow};
  }
  std::vector<std::uint64_t> known(const LedgerRequest& asked) const {
    const auto records = recall_proofs(asked);
    std::vector<std::uint64_t> inodes;
    EXPECT_TRUE(records) << records.error().what;
    if (!records) return inodes;
    for (const ProofRecord& each : *records) inodes.push_back(each.identity.inode);
    return inodes;
  }
  void keep(const std::vector<ProofRecord>& read, std::int64_t now = kNow) const {
    const auto done = record_proofs(request(now), read, {});
    ASSERT_TRUE(done) << done.error().where << " " << done.error().what;
  }
  std::string file() const { return folder_ + "/ledger.sqlite"; }
  /// By SQLite itself, past the code under test.
  void execute(const char* sql) const {
    sqlite3* raw = nullptr;
    ASSERT_EQ(sqlite3_open(file().c_str(), &raw), SQLITE_OK);
    const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> database(raw, sqlite3_close);
    ASSERT_EQ(sqlite3_exec(raw, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(raw);
  }
  void expect_begun_anew() const {
    EXPECT_THAT(recall_proofs(request()), FailsWith(ErrorKind::bad_input));
    EXPECT_THAT(known(request()), testing::IsEmpty());
    keep({record(2)});
    EXPECT_THAT(known(request()), testing::ElementsAre(2));
  }

  test::TemporaryFolder home_;
  std::string cache_ = home_ / "hub";
  std::string folder_ = home_ / "state/hubward";
};

TEST_F(LedgerTest, WhatWasReadIsRecalledAsItWas) {
  ProofRecord whole = record(1);
  whole.identity.device = ~std::uint64_t{0};
  whole.sha256 = digest_of(DigestAlgorithm::sha256, "bytes");
  keep({whole});
  const auto records = recall_proofs(request());
  ASSERT_TRUE(records);
  ASSERT_EQ(records->size(), 1U);
  EXPECT_EQ(records->front().identity, whole.identity);
  EXPECT_EQ(records->front().git_sha1, whole.git_sha1);
  EXPECT_EQ(records->front().sha256, whole.sha256);
  EXPECT_EQ(records->front().read_at, whole.read_at);
}

TEST_F(LedgerTest, NothingIsMadeBeforeThereIsSomethingToKeep) {
  EXPECT_THAT(known(request()), testing::IsEmpty());
  keep({});
  EXPECT_FALSE(test::exists(home_ / "state"));
}

TEST_F(LedgerTest, NobodyElseMayLookIntoIt) {
  keep({record(1)});
  struct stat status = {};
  ASSERT_EQ(::stat(folder_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0700U);
  ASSERT_EQ(::stat(file().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
}

TEST_F(LedgerTest, AFileReadAgainHasOneRecord) {
  keep({record(1)});
  ProofRecord changed = record(1);
  changed.identity.ctime = 3;
  keep({changed});
  const auto records = recall_proofs(request());
  ASSERT_TRUE(records);
  ASSERT_EQ(records->size(), 1U);
  EXPECT_EQ(records->front().identity.ctime, 3);
}

TEST_F(LedgerTest, AnotherCacheInItsPlaceKnowsNothing) {
  keep({record(1)});
  test::make_folder(home_ / "other");
  LedgerRequest other = request();
  other.cache_path = home_ / "other";
  EXPECT_THAT(known(other), testing::IsEmpty());
  ASSERT_EQ(::rename(cache_.c_str(), (home_ / "aside").c_str()), 0);
  ASSERT_EQ(::rename((home_ / "other").c_str(), cache_.c_str()), 0);
  EXPECT_THAT(known(request()), testing::IsEmpty());
}

TEST_F(LedgerTest, AMovedCacheKnowsNothingAndALinkToItLeadsToTheSame) {
  keep({record(1)});
  test::make_link(cache_, home_ / "link");
  LedgerRequest linked = request();
  linked.cache_path = home_ / "link";
  EXPECT_THAT(known(linked), testing::ElementsAre(1));
  ASSERT_EQ(::rename(cache_.c_str(), (home_ / "moved").c_str()), 0);
  LedgerRequest moved = request();
  moved.cache_path = home_ / "moved";
  EXPECT_THAT(known(moved), testing::IsEmpty());
  EXPECT_THAT(known(request()), testing::IsEmpty());
}

TEST_F(LedgerTest, WhatWasReadTooLongAgoIsNotRecalled) {
  keep({record(1)});
  LedgerRequest asked = request(later(hours(1)));
  asked.recheck_after = hours(1);
  EXPECT_THAT(known(asked), testing::ElementsAre(1));
  asked.now += 1;
  EXPECT_THAT(known(asked), testing::IsEmpty());
}

TEST_F(LedgerTest, WhatWasReadInTheFutureIsNotRecalled) {
  keep({record(1)});
  EXPECT_THAT(known(request(kNow - 1)), testing::IsEmpty());
}

TEST_F(LedgerTest, WhatNobodyHasSeenForNinetyDaysIsForgotten) {
  keep({record(1)});
  keep({record(2)}, later(kLedgerForgets));
  EXPECT_THAT(known(request(later(kLedgerForgets))), testing::ElementsAre(1, 2));
  keep({record(3)}, later(kLedgerForgets) + 1);
  EXPECT_THAT(known(request(later(kLedgerForgets) + 1)), testing::ElementsAre(2, 3));
}

TEST_F(LedgerTest, WhatIsBelievedIsSeen) {
  keep({record(1)});
  const auto first = recall_proofs(request());
  ASSERT_TRUE(first);
  ASSERT_TRUE(record_proofs(request(later(hours(48))), {}, *first));
  keep({record(2)}, later(kLedgerForgets) + 1);
  EXPECT_THAT(known(request(later(kLedgerForgets) + 1)), testing::ElementsAre(1, 2));
}

TEST_F(LedgerTest, BeyondItsBoundWhatWasNotSeenForLongestGoes) {
  LedgerRequest asked = request();
  asked.most_records = 2;
  keep({record(3)}, kNow);
  keep({record(1)}, kNow + 1);
  EXPECT_THAT(known(asked), testing::ElementsAre(1, 3));
  asked.now = kNow + 2;
  ASSERT_TRUE(record_proofs(asked, {record(2)}, {}));
  EXPECT_THAT(known(asked), testing::ElementsAre(1, 2));
}

TEST_F(LedgerTest, WhatIsNoDatabaseIsThrownAway) {
  test::make_folder(folder_);
  ASSERT_EQ(::chmod(folder_.c_str(), 0700), 0);
  test::write_file(file(), std::string(10'000, 'x'));
  expect_begun_anew();
}

TEST_F(LedgerTest, ADamagedPageIsThrownAway) {
  std::vector<ProofRecord> many;
  for (std::uint64_t inode = 0; inode < 1000; ++inode) many.push_back(record(inode));
  keep(many);
  std::string bytes = test::read_file(file());
  ASSERT_GT(bytes.size(), 32'768U);
  std::fill(bytes.begin() + 8192, bytes.end(), '\x7F');
  test::write_file(file(), bytes);
  ASSERT_EQ(::chmod(file().c_str(), 0600), 0);
  expect_begun_anew();
}

TEST_F(LedgerTest, AFileCutShortIsThrownAway) {
  std::vector<ProofRecord> many;
  for (std::uint64_t inode = 0; inode < 1000; ++inode) many.push_back(record(inode));
  keep(many);
  ASSERT_EQ(::truncate(file().c_str(), 8192), 0);
  expect_begun_anew();
}

TEST_F(LedgerTest, AnotherVersionsIsThrownAway) {
  keep({record(1)});
  execute("PRAGMA user_version = 2");
  expect_begun_anew();
}

TEST_F(LedgerTest, AnotherProgramsIsThrownAway) {
  keep({record(1)});
  execute("PRAGMA application_id = 1");
  expect_begun_anew();
}

TEST_F(LedgerTest, TablesOfAnotherShapeAreThrownAway) {
  keep({record(1)});
  execute("DROP TABLE proof; CREATE TABLE proof(a)");
  expect_begun_anew();
}

TEST_F(LedgerTest, WhatOthersMayWriteIsIgnored) {
  keep({record(1)});
  for (const auto& [path, mode] : std::vector<std::pair<std::string, mode_t>>{
           {folder_, 0720}, {folder_, 0702}, {file(), 0620}, {file(), 0602}}) {
    struct stat before = {};
    ASSERT_EQ(::stat(path.c_str(), &before), 0);
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
    EXPECT_THAT(recall_proofs(request()), FailsWith(ErrorKind::bad_input));
    EXPECT_THAT(record_proofs(request(), {record(2)}, {}), FailsWith(ErrorKind::bad_input));
    ASSERT_EQ(::chmod(path.c_str(), before.st_mode & 07777U), 0);
    EXPECT_THAT(known(request()), testing::ElementsAre(1));
  }
}

TEST_F(LedgerTest, ALinkIsIgnoredWhereverItStands) {
  keep({record(1)});
  ASSERT_EQ(::rename(folder_.c_str(), (home_ / "real").c_str()), 0);
  test::make_link(home_ / "real", folder_);
  EXPECT_THAT(recall_proofs(request()), FailsWith(ErrorKind::bad_input));
  EXPECT_THAT(record_proofs(request(), {record(2)}, {}), FailsWith(ErrorKind::bad_input));
  test::remove_tree(folder_);
  ASSERT_EQ(::rename((home_ / "real").c_str(), folder_.c_str()), 0);
  ASSERT_EQ(::rename(file().c_str(), (home_ / "real").c_str()), 0);
  test::make_link(home_ / "real", file());
  EXPECT_THAT(recall_proofs(request()), FailsWith(ErrorKind::bad_input));
  EXPECT_THAT(record_proofs(request(), {record(2)}, {}), FailsWith(ErrorKind::bad_input));
}

TEST_F(LedgerTest, AHomeThatIsALinkIsAsGoodAsAnother) {
  keep({record(1)});
  test::make_link(home_.path(), home_ / "link");
  LedgerRequest linked = request();
  linked.folder = home_ / "link/state/hubward";
  EXPECT_THAT(known(linked), testing::ElementsAre(1));
}

TEST_F(LedgerTest, AnotherUsersIsIgnored) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root gives a file away";
  keep({record(1)});
  for (const std::string& path : {folder_, file()}) {
    ASSERT_EQ(::lchown(path.c_str(), 65534, 65534), 0);
    EXPECT_THAT(recall_proofs(request()), FailsWith(ErrorKind::bad_input));
    ASSERT_EQ(::lchown(path.c_str(), 0, 0), 0);
  }
}

TEST_F(LedgerTest, OneThatAnotherProcessHasLockedIsNotWaitedFor) {
  keep({record(1)});
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open(file().c_str(), &raw), SQLITE_OK);
  const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> other(raw, sqlite3_close);
  ASSERT_EQ(sqlite3_exec(raw, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_THAT(known(request()), testing::ElementsAre(1));
  EXPECT_THAT(record_proofs(request(), {record(2)}, {}), FailsWith(ErrorKind::try_later));
  ASSERT_EQ(sqlite3_exec(raw, "COMMIT", nullptr, nullptr, nullptr), SQLITE_OK);
  keep({record(2)});
  EXPECT_THAT(known(request()), testing::ElementsAre(1, 2));
}

TEST_F(LedgerTest, OneThatIsInUseIsNotThrownAway) {
  keep({record(1)});
  execute("PRAGMA user_version = 2");
  const int in_use = ::open(folder_.c_str(), O_RDONLY | O_DIRECTORY);
  ASSERT_EQ(::flock(in_use, LOCK_SH), 0);
  EXPECT_THAT(recall_proofs(request()), FailsWith(ErrorKind::try_later));
  EXPECT_TRUE(test::exists(file()));
  ::close(in_use);
  expect_begun_anew();
}

TEST_F(LedgerTest, ACacheThatIsNotThereLeavesNothing) {
  test::remove_tree(cache_);
  EXPECT_THAT(known(request()), testing::IsEmpty());
  keep({record(1)});
  EXPECT_FALSE(test::exists(folder_));
}

}  // namespace
}  // namespace hubward
