#include "runner/doctor/cache_health.h"

#include "tests/support/cache_builder.h"
#include "tests/support/files.h"
#include "verifier/cache/survey.h"
#include <hubward/verify.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hubward::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Health : public testing::Test {
 protected:
  CacheHealth look() {
    const auto disk = real_disk(cache_.path(), {});
    const auto model = survey(*disk, {.roots = {cache_.path()}, .all = true});
    return look_at_cache(cache_.path(), *model);
  }

  CacheBuilder cache_;
};

TEST_F(Health, LayoutsAreCountedByHowBytesAreStored) {
  cache_.repo("a").file("x", "1").file("y", "2").listing();
  cache_.repo("b", {.layout = Layout::copies}).file("x", "3");
  cache_.repo("c", {.layout = Layout::shared})
      .file("m", "4", {.lfs = true, .xet_hash = std::string(64, 'e')});
  const CacheHealth health = look();
  EXPECT_EQ(health.layouts.links, 2u);
  EXPECT_EQ(health.layouts.copies, 1u);
  EXPECT_EQ(health.layouts.shared, 1u);
  EXPECT_EQ(health.layouts.listings, 1u);
  EXPECT_EQ(health.repos, 3u);
}

TEST_F(Health, PartialsAreCountedWithTheirBytes) {
  RepoBuilder& repo = cache_.repo("a").file("x", "1");
  EXPECT_EQ(look().partials, 0u);
  write_file(cache_ / (repo.folder() + "/blobs/a.incomplete"), "1234");
  write_file(cache_ / (repo.folder() + "/blobs/b.part"), "12");
  const CacheHealth health = look();
  EXPECT_EQ(health.partials, 2u);
  EXPECT_EQ(health.partial_bytes, 6u);
}

TEST_F(Health, ALockIsHeldOnlyWhileSomebodyHoldsIt) {
  RepoBuilder& repo = cache_.repo("a").file("x", "1");
  const std::string path = ".locks/" + repo.folder() + "/" + repo.blob_name("x") + ".lock";
  write_file(cache_ / path, "");
  EXPECT_THAT(look().locks.held, IsEmpty());
  EXPECT_EQ(look().locks.there, 1u);
  EXPECT_EQ(look().locks.beside_blobs, 0u);
  const int held = ::open((cache_ / path).c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(::flock(held, LOCK_EX | LOCK_NB), 0);
  EXPECT_THAT(look().locks.held, ElementsAre(path));
  ::close(held);
  EXPECT_THAT(look().locks.held, IsEmpty());
}

TEST_F(Health, ModeAndOwnerAreThoseOfTheCache) {
  cache_.repo("a").file("x", "1");
  ::chmod(cache_.path().c_str(), 0750);
  const CacheHealth health = look();
  EXPECT_EQ(health.ownership.mode, "0750");
  EXPECT_EQ(health.ownership.owner, ::geteuid());
  EXPECT_EQ(health.ownership.foreign, 0u);
}

TEST_F(Health, ALinkInThePlaceOfAFolderIsNotEntered) {
  RepoBuilder& repo = cache_.repo("a").file("x", "1");
  make_link("/etc", cache_ / (repo.folder() + "/trees"));
  make_link("/proc/self", cache_ / ".locks");
  EXPECT_EQ(look().locks.there, 0u);
}

TEST(HealthOfNothing, ACacheThatIsNotThereIsSaidToBeThat) {
  const CacheHealth health = look_at_cache("/nonexistent/hub", CacheModel{.exists = false});
  EXPECT_FALSE(health.exists);
  EXPECT_TRUE(health.file_system.has_value());
}

}  // namespace
}  // namespace hubward::test
