// Several files' beginnings from the real disk, held against what one reading after the other
// gives.
#include "verifier/cache/file_starts.h"

#include "tests/support/contents.h"
#include "tests/support/files.h"
#include "tests/support/temporary_folder.h"
#include "verifier/cache/disk.h"
#include "verifier/cache/posix_disk.h"
#include "verifier/cache/unique_fd.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <map>
#include <vector>

namespace hubward {
namespace {

using ::testing::IsEmpty;

constexpr std::size_t kPlaces = 4;
constexpr std::size_t kRoom = 1000;

class FileStartsTest : public testing::Test {
 protected:
  void SetUp() override {
    starts_ = disk_.file_starts(kPlaces);
    if (starts_ == nullptr) GTEST_SKIP() << "this system has no io_uring, or forbids it";
    folder_ = std::move(*disk_.open_folder(""));
  }

  void ask(std::size_t place, const std::string& name) {
    starts_->ask(place, folder_, name, rooms_[place]);
  }

  /// Until so many have come: what was read of each place.
  std::map<std::size_t, std::string> take(std::size_t count) {
    std::map<std::size_t, std::string> got;
    while (got.size() < count) {
      const auto answers = starts_->answers(true);
      EXPECT_FALSE(answers.empty());
      for (const FileStarts::Answer& answer : answers) {
        const auto* bytes = reinterpret_cast<const char*>(rooms_[answer.place].data());
        const bool is_new = got.emplace(answer.place, std::string(bytes, answer.bytes)).second;
        EXPECT_TRUE(is_new) << answer.place;
      }
    }
    return got;
  }

  std::string start_of(const std::string& name) {
    ask(0, name);
    return take(1).at(0);
  }

  test::TemporaryFolder base_;
  PosixDisk disk_{base_.path(), {}};
  std::shared_ptr<const Folder> folder_;
  // Beyond the life of what writes into them.
  std::vector<std::vector<std::byte>> rooms_{kPlaces, std::vector<std::byte>(kRoom)};
  std::unique_ptr<FileStarts> starts_;
};

TEST_F(FileStartsTest, GivesEachPlaceTheBytesOfItsOwnFile) {
  for (std::size_t i = 0; i < kPlaces; ++i) {
    test::write_file(base_ / std::to_string(i), test::noise(100 * (i + 1), i));
    ask(i, std::to_string(i));
  }
  const auto got = take(kPlaces);
  for (std::size_t i = 0; i < kPlaces; ++i) EXPECT_EQ(got.at(i), test::noise(100 * (i + 1), i));
}

TEST_F(FileStartsTest, APlaceMayBeUsedAgainOnceItIsAnswered) {
  for (int round = 0; round < 50; ++round) {
    const std::string bytes = test::noise(700, static_cast<std::uint64_t>(round));
    test::write_file(base_ / "a", bytes);
    ASSERT_EQ(start_of("a"), bytes) << round;
  }
}

TEST_F(FileStartsTest, OfALongFileTheRoomIsFilled) {
  test::write_file(base_ / "long", test::noise(5000));
  EXPECT_EQ(start_of("long"), test::noise(5000).substr(0, kRoom));
}

TEST_F(FileStartsTest, OfWhatIsNoFileWithBytesNothingIsKnown) {
  test::write_file(base_ / "empty", "");
  test::write_file(base_ / "file", "bytes");
  test::make_folder(base_ / "folder");
  test::make_link("file", base_ / "link");
  ASSERT_EQ(::mkfifo((base_ / "fifo").c_str(), 0600), 0);
  for (const std::string name :
       {"empty", "folder", "link", "fifo", "absent", "", ".", "..", "folder/..", "./file"}) {
    EXPECT_THAT(start_of(name), IsEmpty()) << name;
  }
  EXPECT_EQ(start_of("file"), "bytes");
}

TEST_F(FileStartsTest, AFifoThatSomebodyHoldsOpenIsNotWaitedFor) {
  test::write_file(base_ / "file", "bytes");
  ASSERT_EQ(::mkfifo((base_ / "fifo").c_str(), 0600), 0);
  const UniqueFd writer(::open((base_ / "fifo").c_str(), O_RDWR | O_CLOEXEC));
  ASSERT_TRUE(writer.is_open());
  ask(0, "fifo");
  ask(1, "file");
  const auto got = take(2);
  EXPECT_THAT(got.at(0), IsEmpty());
  EXPECT_EQ(got.at(1), "bytes");
}

TEST_F(FileStartsTest, OneThatCannotBeReadIsNoReasonToLoseItsNeighbours) {
  test::write_file(base_ / "a", "first");
  test::write_file(base_ / "c", "third");
  ask(0, "a");
  ask(1, "absent");
  ask(2, "c");
  const auto got = take(3);
  EXPECT_EQ(got.at(0), "first");
  EXPECT_THAT(got.at(1), IsEmpty());
  EXPECT_EQ(got.at(2), "third");
}

TEST_F(FileStartsTest, TheFolderMayBeForgottenOnceSomethingIsAsked) {
  test::write_file(base_ / "a", "bytes");
  ask(0, "a");
  folder_.reset();
  EXPECT_EQ(take(1).at(0), "bytes");
}

TEST_F(FileStartsTest, NothingIsAnsweredWhenNothingWasAsked) {
  EXPECT_THAT(starts_->answers(false), IsEmpty());
}

TEST_F(FileStartsTest, MayGoWhileSomethingIsUnderWay) {
  test::write_file(base_ / "a", "bytes");
  for (std::size_t i = 0; i < kPlaces; ++i) ask(i, "a");
  starts_.reset();
}

}  // namespace
}  // namespace hubward
