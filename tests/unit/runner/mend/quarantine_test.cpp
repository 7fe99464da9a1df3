#include "runner/mend/quarantine.h"

#include "tests/support/cache_builder.h"
#include "tests/support/files.h"
#include "tests/support/matchers.h"
#include "verifier/cache/unique_fd.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hubward {
namespace {

using test::CacheBuilder;
using test::exists;
using test::FailsWith;
using test::make_link;
using test::read_file;
using test::read_link;
using test::write_file;
using testing::HasSubstr;

QuarantineRequest request_for(const CacheBuilder& cache) {
  // 2023-11-14 22:13:20 UTC
  return {.cache_path = cache.path(),
          .utc = std::chrono::system_clock::from_time_t(1'700'000'000),
          .pid = 4711};
}

std::string room_of(const CacheBuilder& cache) {
  return cache.surroundings() + "/.hubward-quarantine/hub/20231114T221320Z-4711";
}

std::vector<QuarantineItem> items(const std::vector<std::string>& paths) {
  std::vector<QuarantineItem> result;
  for (const std::string& path : paths) result.push_back({path, FindingCode::blob_corrupt, ""});
  return result;
}

mode_t mode_of(const std::string& path) {
  struct stat status = {};
  ::lstat(path.c_str(), &status);
  return status.st_mode & 07777U;
}

TEST(Quarantine, AFileIsMovedToItsPathBesideTheCache) {
  CacheBuilder cache;
  write_file(cache / "models--a/blobs/x", "bad");
  const auto result = quarantine(request_for(cache), items({"models--a/blobs/x"}));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->directory, room_of(cache));
  EXPECT_EQ(read_file(room_of(cache) + "/models--a/blobs/x"), "bad");
  EXPECT_FALSE(exists(cache / "models--a/blobs/x"));
}

TEST(Quarantine, OnlyTheOwnerMayLookIntoIt) {
  CacheBuilder cache;
  write_file(cache / "models--a/blobs/x", "bad");
  ASSERT_TRUE(quarantine(request_for(cache), items({"models--a/blobs/x"})));
  for (const char* folder : {"", "/models--a", "/models--a/blobs"}) {
    EXPECT_EQ(mode_of(room_of(cache) + folder), 0700U) << folder;
  }
  EXPECT_EQ(mode_of(cache.surroundings() + "/.hubward-quarantine"), 0700U);
}

TEST(Quarantine, OnesThatStoodOpenAreClosedButNotTheUsersOwnFolder) {
  CacheBuilder cache;
  for (const bool by_user : {false, true}) {
    write_file(cache / "models--a/blobs/x", "bad");
    QuarantineRequest request = request_for(cache);
    const std::string above = cache.surroundings() + (by_user ? "/mine" : "/.hubward-quarantine");
    if (by_user) request.directory = above;
    write_file(above + "/hub/keep", "");
    ASSERT_EQ(::chmod(above.c_str(), 0755), 0);
    ASSERT_EQ(::chmod((above + "/hub").c_str(), 0777), 0);
    ASSERT_TRUE(quarantine(request, items({"models--a/blobs/x"})));
    EXPECT_EQ(mode_of(above + "/hub"), 0700U);
    EXPECT_EQ(mode_of(above), by_user ? 0755U : 0700U);
  }
}

TEST(Quarantine, OneThatAnotherHasLaidThereIsRefusedToRootTooUnlessItIsTheCachesOwner) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a folder away";
  CacheBuilder cache;
  write_file(cache / "models--a/blobs/x", "bad");
  const std::string above = cache.surroundings() + "/.hubward-quarantine";
  write_file(above + "/hub/keep", "");
  for (const std::string& folder : {above, above + "/hub"}) {
    ASSERT_EQ(::chown(folder.c_str(), 12345, 12345), 0);
    EXPECT_THAT(quarantine(request_for(cache), items({"models--a/blobs/x"})),
                FailsWith(ErrorKind::io));
    EXPECT_TRUE(exists(cache / "models--a/blobs/x"));
    ASSERT_EQ(::chown(folder.c_str(), 0, 0), 0);
  }
  ASSERT_EQ(::chown(cache.path().c_str(), 12345, 12345), 0);
  ASSERT_EQ(::chown(above.c_str(), 12345, 12345), 0);
  EXPECT_THAT(quarantine(request_for(cache), items({"models--a/blobs/x"})), test::Succeeds());
}

TEST(Quarantine, APlaceInTheCacheIsRefusedWhicheverWayLeadsThere) {
  CacheBuilder cache;
  write_file(cache / "models--a/blobs/x", "bad");
  make_link(cache.path(), cache.surroundings() + "/link");
  for (const std::string& place : {cache / "bad", cache.path(), cache.surroundings(),
                                   cache.surroundings() + "/link/new/deeper"}) {
    QuarantineRequest request = request_for(cache);
    request.directory = place;
    EXPECT_THAT(expect_outside_cache(request), FailsWith(ErrorKind::usage)) << place;
    EXPECT_THAT(quarantine(request, items({"models--a/blobs/x"})), FailsWith(ErrorKind::usage));
  }
  EXPECT_TRUE(exists(cache / "models--a/blobs/x"));
  QuarantineRequest request = request_for(cache);
  request.directory = cache.surroundings() + "/hub-beside";
  EXPECT_THAT(expect_outside_cache(request), test::Succeeds());
  EXPECT_FALSE(exists(*request.directory));
}

TEST(Quarantine, TheJournalTellsEachMoveWithItsReason) {
  CacheBuilder cache;
  write_file(cache / "models--a/blobs/x", "bad");
  make_link("nowhere", cache / "models--a/snapshots/c/\xff");
  ASSERT_TRUE(
      quarantine(request_for(cache), items({"models--a/blobs/x", "models--a/snapshots/c/\xff"})));
  EXPECT_EQ(
      read_file(room_of(cache) + "/journal.jsonl"),
      "{\"schema\":\"hubward.quarantine/1\",\"cache\":\"" + cache.path() +
          "\",\"time\":\"20231114T221320Z\"}\n"
          "{\"do\":\"take\",\"path\":\"models--a/blobs/"
          "x\",\"kind\":\"file\",\"code\":\"blob-corrupt\"}\n"
          "{\"do\":\"take\",\"path\":\"models--a/snapshots/c/\\\\xff\",\"kind\":\"link\",\"code\":"
          "\"blob-corrupt\"}\n");
}

TEST(Quarantine, ALinkIsMovedItselfAndWhatItLeadsToStays) {
  CacheBuilder cache;
  write_file(cache.surroundings() + "/precious", "p");
  make_link("../../../../../precious", cache / "models--a/snapshots/c/x");
  ASSERT_TRUE(quarantine(request_for(cache), items({"models--a/snapshots/c/x"})));
  EXPECT_EQ(read_link(room_of(cache) + "/models--a/snapshots/c/x"), "../../../../../precious");
  EXPECT_EQ(read_file(cache.surroundings() + "/precious"), "p");
}

TEST(Quarantine, NothingIsReachedThroughALinkedFolder) {
  CacheBuilder cache;
  write_file(cache.surroundings() + "/elsewhere/blobs/x", "p");
  make_link("../elsewhere", cache / "models--a");
  EXPECT_THAT(quarantine(request_for(cache), items({"models--a/blobs/x"})),
              FailsWith(ErrorKind::io));
  EXPECT_EQ(read_file(cache.surroundings() + "/elsewhere/blobs/x"), "p");
}

TEST(Quarantine, APathThatWouldLeadOutIsPassedOver) {
  CacheBuilder cache;
  write_file(cache.surroundings() + "/precious", "p");
  const auto result = quarantine(
      request_for(cache), items({"../precious", "", "/etc/passwd", "a//b", "./x", "models--a/.."}));
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->moved.empty());
  EXPECT_EQ(read_file(cache.surroundings() + "/precious"), "p");
}

TEST(Quarantine, FoldersAndSpecialFilesAreMovedWhole) {
  CacheBuilder cache;
  write_file(cache / "models--a/refs/main/below", "x");
  ASSERT_EQ(::mkfifo((cache / "models--a/fifo").c_str(), 0600), 0);
  ASSERT_TRUE(quarantine(request_for(cache), items({"models--a/fifo", "models--a/refs/main"})));
  EXPECT_EQ(read_file(room_of(cache) + "/models--a/refs/main/below"), "x");
  EXPECT_TRUE(exists(room_of(cache) + "/models--a/fifo"));
  EXPECT_FALSE(exists(cache / "models--a/fifo"));
}

TEST(Quarantine, WhatHasGoneMeanwhileIsPassedOver) {
  CacheBuilder cache;
  write_file(cache / "models--a/blobs/x", "bad");
  const auto result = quarantine(request_for(cache),
                                 items({"models--a/blobs/gone", "models--a/blobs/x", "none/y"}));
  ASSERT_TRUE(result);
  ASSERT_EQ(result->moved.size(), 1U);
  EXPECT_EQ(result->moved.front().path, "models--a/blobs/x");
}

TEST(Quarantine, WhenOneMoveFailsAllAreTakenBack) {
  CacheBuilder cache;
  write_file(cache / "models--a/blobs/x", "bad");
  make_link("..", cache / "models--b");
  EXPECT_THAT(quarantine(request_for(cache), items({"models--a/blobs/x", "models--b/y"})),
              FailsWith(ErrorKind::io));
  EXPECT_EQ(read_file(cache / "models--a/blobs/x"), "bad");
  EXPECT_FALSE(exists(room_of(cache) + "/models--a/blobs/x"));
  EXPECT_FALSE(exists(room_of(cache) + "/journal.jsonl"));
}

TEST(Quarantine, WithoutAPlaceToWriteNothingIsMoved) {
  CacheBuilder cache;
  write_file(cache / "models--a/blobs/x", "bad");
  QuarantineRequest request = request_for(cache);
  write_file(cache.surroundings() + "/plain", "");
  request.directory = cache.surroundings() + "/plain/below";
  EXPECT_THAT(quarantine(request, items({"models--a/blobs/x"})), FailsWith(ErrorKind::io));
  EXPECT_TRUE(exists(cache / "models--a/blobs/x"));
}

TEST(Quarantine, TheUsersDirectoryIsUsedWhereGiven) {
  CacheBuilder cache;
  write_file(cache / "models--a/blobs/x", "bad");
  QuarantineRequest request = request_for(cache);
  request.directory = cache.surroundings() + "/q/deep/";
  const auto result = quarantine(request, items({"models--a/blobs/x"}));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->directory, cache.surroundings() + "/q/deep/hub/20231114T221320Z-4711");
}

TEST(Quarantine, TwoCallsInOneSecondGetTwoFolders) {
  CacheBuilder cache;
  for (const char* bytes : {"one", "two"}) {
    write_file(cache / "models--a/blobs/x", bytes);
    ASSERT_TRUE(quarantine(request_for(cache), items({"models--a/blobs/x"})));
  }
  EXPECT_EQ(read_file(room_of(cache) + "/models--a/blobs/x"), "one");
  EXPECT_EQ(read_file(room_of(cache) + "-2/models--a/blobs/x"), "two");
}

TEST(Quarantine, NothingToMoveMakesNoFolder) {
  CacheBuilder cache;
  const auto result = quarantine(request_for(cache), {});
  ASSERT_TRUE(result);
  EXPECT_FALSE(exists(cache.surroundings() + "/.hubward-quarantine"));
}

TEST(Quarantine, ALeftoverIsPassedOverWhileAClientHoldsItsLock) {
  CacheBuilder cache;
  write_file(cache / "models--a/blobs/x.part", "half");
  write_file(cache / "models--a/blobs/x.lock", "");
  const std::vector<QuarantineItem> leftovers = {
      {"models--a/blobs/x.part", FindingCode::blob_corrupt, "models--a/blobs/x.lock"}};
  {
    const UniqueFd held(::open((cache / "models--a/blobs/x.lock").c_str(), O_RDWR | O_CLOEXEC));
    ASSERT_EQ(::flock(held.get(), LOCK_EX), 0);
    EXPECT_TRUE(quarantine(request_for(cache), leftovers)->moved.empty());
  }
  EXPECT_EQ(quarantine(request_for(cache), leftovers)->moved.size(), 1U);
}

}  // namespace
}  // namespace hubward
