#include "runner/mend/repo_writer.h"

#include "runner/mend/client_lock.h"
#include "tests/support/files.h"
#include "tests/support/temporary_folder.h"
#include "verifier/proof/hasher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>

namespace hubward::test {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;
using testing::SizeIs;

const CommitId kCommit = *CommitId::parse(std::string(40, 'c'));

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

class RepoWriterTest : public testing::Test {
 protected:
  RepoWriterTest() : writer(open(LinkUse::symlinks)) {}
  RepoWriter open(LinkUse links) const {
    return std::move(*RepoWriter::open(cache(), "models--a", links));
  }
  std::string cache() const { return folder / "hub"; }
  fs::path repo() const { return fs::path(cache()) / "models--a"; }
  Digest put(std::string_view text) const {
    const Digest digest = digest_of(DigestAlgorithm::git_sha1, text);
    PartialFile file = std::move(*writer.new_partial(digest.hex()));
    EXPECT_TRUE(file.append(bytes_of(text)));
    EXPECT_TRUE(file.publish(writer.blobs(), digest.hex()));
    return digest;
  }
  std::vector<std::string> blobs() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(repo() / "blobs")) {
      names.push_back(entry.path().filename());
    }
    return names;
  }

  TemporaryFolder folder;
  RepoWriter writer;
};

TEST_F(RepoWriterTest, ALinkIsRelativeAndAsDeepAsItsPath) {
  const Digest digest = put("text");
  ASSERT_TRUE(writer.point_at(kCommit, "a/b/c.txt", digest));
  const fs::path link = repo() / "snapshots" / kCommit.hex() / "a/b/c.txt";
  EXPECT_EQ(fs::read_symlink(link), "../../../../blobs/" + digest.hex());
  EXPECT_EQ(read_file(link), "text");
  EXPECT_THAT(blobs(), SizeIs(1));
}

TEST_F(RepoWriterTest, ALinkReplacesWhatStoodThereAndASecondCallChangesNothing) {
  const Digest digest = put("text");
  const fs::path link = repo() / "snapshots" / kCommit.hex() / "c";
  fs::create_directories(link.parent_path());
  fs::create_symlink("../../blobs/gone", link);
  ASSERT_TRUE(writer.point_at(kCommit, "c", digest));
  ASSERT_TRUE(writer.point_at(kCommit, "c", digest));
  EXPECT_EQ(read_file(link), "text");
  EXPECT_THAT(blobs(), SizeIs(1));
}

TEST_F(RepoWriterTest, AFolderInTheWayIsAnErrorAndLeavesNoTemporary) {
  const Digest digest = put("text");
  fs::create_directories(repo() / "snapshots" / kCommit.hex() / "c/inner");
  EXPECT_FALSE(writer.point_at(kCommit, "c", digest));
  EXPECT_THAT(blobs(), SizeIs(1));
}

TEST_F(RepoWriterTest, ALinkedFolderIsNotWrittenThrough) {
  const Digest digest = put("text");
  fs::create_directories(folder / "elsewhere");
  fs::create_directories(repo() / "snapshots");
  fs::create_directory_symlink(folder / "elsewhere", repo() / "snapshots" / kCommit.hex());
  EXPECT_FALSE(writer.point_at(kCommit, "c", digest));
  EXPECT_TRUE(fs::is_empty(fs::path(folder / "elsewhere")));
}

TEST_F(RepoWriterTest, WhereLinksAreOffACopyStandsThere) {
  const Digest digest = put("text");
  const RepoWriter copying = open(LinkUse::copies);
  ASSERT_TRUE(copying.point_at(kCommit, "c", digest));
  const fs::path copy = repo() / "snapshots" / kCommit.hex() / "c";
  EXPECT_FALSE(fs::is_symlink(copy));
  EXPECT_EQ(read_file(copy), "text");
}

TEST_F(RepoWriterTest, ARefIsFortyBytesAndReplacesAnother) {
  ASSERT_TRUE(writer.write_ref("refs/pr/1", kCommit));
  ASSERT_TRUE(writer.write_ref("refs/pr/1", kCommit));
  EXPECT_EQ(read_file(repo() / "refs/refs/pr/1"), kCommit.hex());
  EXPECT_THAT(blobs(), IsEmpty());
}

TEST_F(RepoWriterTest, ABlobIsKnownByItsBytesAndNotByItsName) {
  const Digest digest = put("text");
  EXPECT_EQ(**writer.digest_of_blob(digest), digest);
  write_file(repo() / "blobs" / digest.hex(), "other");
  EXPECT_NE(**writer.digest_of_blob(digest), digest);
  fs::remove(repo() / "blobs" / digest.hex());
  EXPECT_EQ(*writer.digest_of_blob(digest), std::nullopt);
}

TEST_F(RepoWriterTest, APartialWithBytesStaysAndIsTakenOverUnderANewName) {
  { ASSERT_TRUE(writer.new_partial("stem")->append(bytes_of("half"))); }
  const std::vector<std::string> left = blobs();
  ASSERT_THAT(left, SizeIs(1));
  auto taken = writer.left_partial("stem", 4);
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->size(), 4u);
  EXPECT_NE(blobs(), left);
  std::string read;
  ASSERT_TRUE(taken->read([&](std::span<const std::byte> bytes) {
    for (const std::byte byte : bytes) read += static_cast<char>(byte);
  }));
  EXPECT_EQ(read, "half");
}

TEST_F(RepoWriterTest, APartialThatIsTooLongOrNotTheStemsOwnIsLeft) {
  write_file(repo() / "blobs/stem.0123abcd.incomplete", "too long");
  write_file(repo() / "blobs/other.0123abcd.incomplete", "x");
  write_file(repo() / "blobs/stem.0123abcX.incomplete", "x");
  write_file(repo() / "blobs/stem.incomplete", "x");
  fs::create_symlink("other.0123abcd.incomplete", repo() / "blobs/stem.11111111.incomplete");
  EXPECT_FALSE(writer.left_partial("stem", 7));
  EXPECT_THAT(blobs(), SizeIs(5));
}

TEST_F(RepoWriterTest, AnEmptyPartialGoesWithItsOwner) {
  { ASSERT_TRUE(writer.new_partial("stem")); }
  EXPECT_THAT(blobs(), IsEmpty());
}

TEST_F(RepoWriterTest, ALockIsHeldByOneAndItsFileStays) {
  {
    const auto first = ClientLock::try_take(writer.cache(), "models--a", "etag");
    ASSERT_TRUE(first && *first);
    const auto second = ClientLock::try_take(writer.cache(), "models--a", "etag");
    ASSERT_TRUE(second);
    EXPECT_FALSE(*second);
  }
  EXPECT_TRUE(*ClientLock::try_take(writer.cache(), "models--a", "etag"));
  EXPECT_TRUE(fs::exists(fs::path(cache()) / ".locks/models--a/etag.lock"));
}

}  // namespace
}  // namespace hubward::test
