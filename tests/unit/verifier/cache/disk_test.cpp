// The disk on real directories, in both of its ways to open a path: they must not differ.
#include "verifier/cache/disk.h"

#include "tests/support/files.h"
#include "tests/support/temporary_folder.h"
#include "verifier/cache/posix_disk.h"
#include <hubward/verify.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <limits>
#include <thread>

namespace hubward {
namespace {

using test::make_folder;
using test::make_link;
using test::TemporaryFolder;
using test::write_file;
using ::testing::ElementsAre;

template <class T>
testing::AssertionResult fails_with(const Result<T>& result, ErrorKind kind, int sys_errno) {
  if (result) return testing::AssertionFailure() << "succeeded";
  if (result.error().kind == kind && result.error().sys_errno == sys_errno) {
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure() << result.error().where << ": " << result.error().what
                                     << " (errno " << result.error().sys_errno << ")";
}

std::vector<std::string> names_of(const Folder& folder) {
  std::vector<std::string> names;
  const auto nodes = folder.list();
  for (const NodeName& node : nodes.value()) names.push_back(node.name);
  return names;
}

class DiskTest : public testing::TestWithParam<PathOpening> {
 protected:
  PosixDisk disk() const { return PosixDisk(base_.path(), {}, GetParam()); }
  std::unique_ptr<Folder> root() const { return std::move(*disk().open_folder("")); }

  TemporaryFolder base_;
};

INSTANTIATE_TEST_SUITE_P(BothWays, DiskTest,
                         testing::Values(PathOpening::one_call, PathOpening::by_component),
                         [](const auto& way) {
                           return way.param == PathOpening::one_call ? "OneCall" : "ByComponent";
                         });

TEST_P(DiskTest, ListsNamesInBytewiseOrderWithoutDotAndDotDot) {
  for (const char* name : {"b", "a", "B", "\xff", "a.b", ".hidden"}) write_file(base_ / name, "");
  EXPECT_THAT(names_of(*root()), ElementsAre(".hidden", "B", "a", "a.b", "b", "\xff"));
}

TEST_P(DiskTest, NamesThatBeginAlikeAreOrderedByTheirRest) {
  for (const char* name : {"beginning", "beginnin", "beginni", "beginning\xff", "beginning-"}) {
    write_file(base_ / name, "");
  }
  EXPECT_THAT(names_of(*root()),
              ElementsAre("beginni", "beginnin", "beginning", "beginning-", "beginning\xff"));
}

TEST_P(DiskTest, ListsTheSameTwiceAndAlsoWhatCameMeanwhile) {
  write_file(base_ / "a", "");
  const auto folder = root();
  EXPECT_THAT(names_of(*folder), ElementsAre("a"));
  EXPECT_THAT(names_of(*folder), ElementsAre("a"));
  write_file(base_ / "b", "");
  EXPECT_THAT(names_of(*folder), ElementsAre("a", "b"));
}

TEST_P(DiskTest, TellsEveryKindWithoutFollowing) {
  write_file(base_ / "1-file", "");
  make_folder(base_ / "2-folder");
  make_link("1-file", base_ / "3-link");
  ASSERT_EQ(::mkfifo((base_ / "4-fifo").c_str(), 0600), 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string socket_path = base_ / "5-socket";
  ASSERT_LT(socket_path.size(), sizeof address.sun_path);
  std::memcpy(address.sun_path, socket_path.c_str(), socket_path.size());
  const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);

  const std::vector<NodeKind> expected = {NodeKind::regular, NodeKind::directory, NodeKind::link,
                                          NodeKind::fifo, NodeKind::socket};
  const auto folder = root();
  const auto nodes = folder->list();
  ASSERT_TRUE(nodes);
  ASSERT_EQ(nodes->size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ((*nodes)[i].kind, expected[i]) << (*nodes)[i].name;
    const auto status = folder->status((*nodes)[i].name);
    ASSERT_TRUE(status);
    EXPECT_EQ(status->kind, expected[i]) << (*nodes)[i].name;
  }
}

TEST_P(DiskTest, StatusTellsSizeAndWhatNamesTheSameFile) {
  write_file(base_ / "a", "12345");
  ASSERT_EQ(::link((base_ / "a").c_str(), (base_ / "b").c_str()), 0);
  write_file(base_ / "c", "12345");
  const auto folder = root();
  EXPECT_EQ(folder->status("a")->identity.size, 5u);
  EXPECT_EQ(folder->status("a")->identity, folder->status("b")->identity);
  EXPECT_NE(folder->status("a")->identity, folder->status("c")->identity);
  EXPECT_TRUE(fails_with(folder->status("d"), ErrorKind::no_such_input, ENOENT));
}

TEST_P(DiskTest, ATimeBeyondSixtyFourBitsOfNanosecondsIsTheLargest) {
  write_file(base_ / "a", "");
  const timespec times[2] = {{.tv_sec = 0, .tv_nsec = UTIME_OMIT},
                             {.tv_sec = 15'000'000'000, .tv_nsec = 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, (base_ / "a").c_str(), times, 0), 0);
  struct stat raw {};
  ASSERT_EQ(::stat((base_ / "a").c_str(), &raw), 0);
  if (raw.st_mtim.tv_sec != 15'000'000'000) GTEST_SKIP() << "this file system ends earlier";
  EXPECT_EQ(root()->status("a")->identity.mtime, std::numeric_limits<std::int64_t>::max());
}

TEST_P(DiskTest, ReadsALinksOwnText) {
  make_link("../../nowhere", base_ / "link");
  const std::string longest(4095, 'x');
  make_link(longest, base_ / "long");
  write_file(base_ / "file", "");
  const auto folder = root();
  EXPECT_EQ(folder->read_link("link"), "../../nowhere");
  EXPECT_EQ(folder->read_link("long"), longest);
  EXPECT_TRUE(fails_with(folder->read_link("file"), ErrorKind::io, EINVAL));
  EXPECT_TRUE(fails_with(folder->read_link("none"), ErrorKind::no_such_input, ENOENT));
}

TEST_P(DiskTest, ReadsFromAnyOffsetAndFewerOnlyAtTheEnd) {
  write_file(base_ / "a", "0123456789");
  const auto file = std::move(*root()->open_file("a"));
  std::string buffer(4, ' ');
  const auto read = [&](std::uint64_t offset) {
    return file->read_at(offset, std::as_writable_bytes(std::span(buffer)));
  };
  EXPECT_EQ(read(3), 4u);
  EXPECT_EQ(buffer, "3456");
  EXPECT_EQ(read(8), 2u);
  EXPECT_EQ(buffer.substr(0, 2), "89");
  EXPECT_EQ(read(10), 0u);
  EXPECT_EQ(read(11), 0u);
  EXPECT_EQ(read(std::numeric_limits<std::uint64_t>::max()), 0u);
  EXPECT_EQ(file->identity()->size, 10u);
}

TEST_P(DiskTest, WhatIsInMemoryIsReadWithoutWaiting) {
  write_file(base_ / "a", "0123456789");
  const auto file = std::move(*root()->open_file("a"));
  std::string buffer(4, ' ');
  const auto room = std::as_writable_bytes(std::span(buffer));
  ASSERT_TRUE(file->read_at(0, room));  // it is in memory now, if it was not
  const auto ready = file->read_ready_at(8, room);
  ASSERT_TRUE(ready);
  // Memory may be short, and no file system need keep a file there.
  EXPECT_EQ(ready->value_or(2), 2u);
  const auto at_end = file->read_ready_at(10, room);
  ASSERT_TRUE(at_end);
  EXPECT_EQ(at_end->value_or(0), 0u);
}

// Without the guards the test would hang here: nobody ever writes to the FIFO.
TEST_P(DiskTest, OpensRegularFilesOnlyAndNeverWaits) {
  ASSERT_EQ(::mkfifo((base_ / "fifo").c_str(), 0600), 0);
  write_file(base_ / "file", "");
  make_folder(base_ / "folder");
  make_link("file", base_ / "link");
  make_link("/dev/zero", base_ / "device-link");
  const auto folder = root();
  EXPECT_TRUE(fails_with(folder->open_file("fifo"), ErrorKind::io, ENXIO));
  EXPECT_TRUE(fails_with(folder->open_file("folder"), ErrorKind::io, EISDIR));
  EXPECT_TRUE(fails_with(folder->open_file("link"), ErrorKind::io, ELOOP));
  EXPECT_TRUE(fails_with(folder->open_file("device-link"), ErrorKind::io, ELOOP));
  EXPECT_TRUE(fails_with(folder->open_file("none"), ErrorKind::no_such_input, ENOENT));
  EXPECT_TRUE(folder->open_file("file"));
}

TEST_P(DiskTest, AStartIsAllOfAFileThatEndsWithinIt) {
  write_file(base_ / "short", "0123");
  write_file(base_ / "long", "0123456789");
  write_file(base_ / "empty", "");
  const auto folder = root();
  std::string room(10, ' ');
  const auto start = [&](const std::string& name) {
    return folder->read_start(name, std::as_writable_bytes(std::span(room)));
  };
  const auto of_short = start("short");
  EXPECT_EQ(of_short->bytes, 4u);
  EXPECT_EQ(of_short->file, nullptr);
  EXPECT_EQ(room.substr(0, 4), "0123");
  const auto of_long = start("long");
  EXPECT_EQ(of_long->bytes, 10u);
  ASSERT_NE(of_long->file, nullptr);
  EXPECT_EQ(of_long->file->at_open().size, 10u);
  EXPECT_EQ(room, "0123456789");
  const auto of_empty = start("empty");
  EXPECT_EQ(of_empty->bytes, 0u);
  EXPECT_NE(of_empty->file, nullptr);
}

TEST_P(DiskTest, AStartIsOfRegularFilesOnlyAndNeverWaits) {
  ASSERT_EQ(::mkfifo((base_ / "fifo").c_str(), 0600), 0);
  make_folder(base_ / "folder");
  make_link("/dev/zero", base_ / "device-link");
  const auto folder = root();
  std::string room(10, ' ');
  const auto start = [&](const std::string& name) {
    return folder->read_start(name, std::as_writable_bytes(std::span(room)));
  };
  EXPECT_TRUE(fails_with(start("fifo"), ErrorKind::io, ENXIO));
  EXPECT_TRUE(fails_with(start("folder"), ErrorKind::io, EISDIR));
  EXPECT_TRUE(fails_with(start("device-link"), ErrorKind::io, ELOOP));
  EXPECT_TRUE(fails_with(start("none"), ErrorKind::no_such_input, ENOENT));
  EXPECT_TRUE(fails_with(start("folder/inner"), ErrorKind::io, EINVAL));
}

TEST_P(DiskTest, AFolderOpensDirectoriesOnly) {
  make_folder(base_ / "folder/inner");
  make_link("folder", base_ / "link");
  write_file(base_ / "file", "");
  const auto folder = root();
  EXPECT_TRUE(folder->open_folder("folder"));
  EXPECT_THAT(names_of(**folder->open_folder("folder")), ElementsAre("inner"));
  EXPECT_TRUE(fails_with(folder->open_folder("link"), ErrorKind::io, ENOTDIR));
  EXPECT_TRUE(fails_with(folder->open_folder("file"), ErrorKind::io, ENOTDIR));
  EXPECT_TRUE(fails_with(folder->open_folder("none"), ErrorKind::no_such_input, ENOENT));
}

TEST_P(DiskTest, NamesThatAreNoSingleComponentAreRefused) {
  make_folder(base_ / "folder/inner");
  const auto folder = root();
  for (const std::string& name :
       {std::string(), std::string("."), std::string(".."), std::string("folder/inner"),
        std::string("/"), std::string("folder\0x", 8)}) {
    EXPECT_TRUE(fails_with(folder->open_folder(name), ErrorKind::io, EINVAL)) << name;
    EXPECT_TRUE(fails_with(folder->open_file(name), ErrorKind::io, EINVAL)) << name;
    EXPECT_TRUE(fails_with(folder->status(name), ErrorKind::io, EINVAL)) << name;
    EXPECT_TRUE(fails_with(folder->read_link(name), ErrorKind::io, EINVAL)) << name;
  }
}

TEST_P(DiskTest, APathOpensWhatItNames) {
  make_folder(base_ / "a/b/c");
  const PosixDisk disk = this->disk();
  EXPECT_THAT(names_of(**disk.open_folder("a")), ElementsAre("b"));
  EXPECT_THAT(names_of(**disk.open_folder("a/b")), ElementsAre("c"));
  EXPECT_THAT(names_of(**disk.open_folder("")), ElementsAre("a"));
  EXPECT_TRUE(fails_with(disk.open_folder("a/none/c"), ErrorKind::no_such_input, ENOENT));
}

TEST_P(DiskTest, NoComponentOfAPathIsFollowed) {
  make_folder(base_ / "real/inner");
  make_link("real", base_ / "link");
  make_folder(base_ / "top");
  make_link("../real", base_ / "top/link");
  const PosixDisk disk = this->disk();
  for (const char* path : {"link", "link/inner", "top/link", "top/link/inner"}) {
    const auto opened = disk.open_folder(path);
    ASSERT_FALSE(opened) << path;
    EXPECT_EQ(opened.error().kind, ErrorKind::io) << path;
    EXPECT_THAT(opened.error().sys_errno, testing::AnyOf(ELOOP, ENOTDIR)) << path;
  }
}

TEST_P(DiskTest, APathNeverLeadsOut) {
  make_folder(base_ / "cache/a");
  make_folder(base_ / "beside");
  const PosixDisk disk(base_ / "cache", {}, GetParam());
  for (const char* path :
       {"..", "../beside", "a/../../beside", "/", "/etc", "a//", "a/", "a/.", "./a"}) {
    EXPECT_TRUE(fails_with(disk.open_folder(path), ErrorKind::io, EINVAL)) << path;
  }
}

TEST_P(DiskTest, APathLongerThanTheSystemTakesIsOpened) {
  std::string path;
  UniqueFd at(::open(base_.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const std::string name(200, 'n');
  for (int depth = 0; depth < 25; ++depth) {
    ASSERT_EQ(::mkdirat(at.get(), name.c_str(), 0700), 0);
    at = UniqueFd(::openat(at.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    path += (path.empty() ? "" : "/") + name;
  }
  ASSERT_GT(path.size(), 4096u);
  EXPECT_TRUE(disk().open_folder(path));
  // The support's remover goes by whole paths.
  for (; path.size() > 2000; path.resize(path.rfind('/'))) {
    const std::size_t slash = path.rfind('/');
    const auto parent = ::open(base_.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    UniqueFd here(parent);
    for (std::size_t start = 0; start < slash; start += 201) {
      here = UniqueFd(::openat(here.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    }
    ASSERT_EQ(::unlinkat(here.get(), name.c_str(), AT_REMOVEDIR), 0);
  }
}

TEST_P(DiskTest, TheRootItselfMayBeReachedThroughLinks) {
  make_folder(base_ / "real/inner");
  make_link("real", base_ / "link");
  const PosixDisk disk(base_ / "link", {}, GetParam());
  EXPECT_THAT(names_of(**disk.open_folder("")), ElementsAre("inner"));
}

TEST_P(DiskTest, AMissingRootIsToldAndFoundOnceItIsThere) {
  const PosixDisk disk(base_ / "cache", {}, GetParam());
  EXPECT_TRUE(fails_with(disk.open_folder(""), ErrorKind::no_such_input, ENOENT));
  make_folder(base_ / "cache/a");
  EXPECT_TRUE(disk.open_folder("a"));
}

TEST_P(DiskTest, ARootThatIsNoDirectoryIsToldAndNotWaitedFor) {
  write_file(base_ / "file", "");
  ASSERT_EQ(::mkfifo((base_ / "fifo").c_str(), 0600), 0);
  for (const char* name : {"file", "fifo"}) {
    const PosixDisk disk(base_ / name, {}, GetParam());
    EXPECT_TRUE(fails_with(disk.open_folder(""), ErrorKind::no_such_input, ENOTDIR)) << name;
  }
}

TEST_P(DiskTest, AllowedRootsOpenWhatLiesBeneathThem) {
  make_folder(base_ / "shared/models/a");
  make_folder(base_ / "shared-not/a");
  make_link("shared", base_ / "way");
  make_link("models", base_ / "shared/inner-link");
  const PosixDisk disk(base_ / "cache", {base_ / "way/", "relative"}, GetParam());
  EXPECT_THAT(names_of(**disk.open_allowed(base_ / "way")), ElementsAre("inner-link", "models"));
  EXPECT_THAT(names_of(**disk.open_allowed(base_ / "way/models")), ElementsAre("a"));
  EXPECT_TRUE(fails_with(disk.open_allowed(base_ / "way/none"), ErrorKind::no_such_input, ENOENT));
  EXPECT_FALSE(disk.open_allowed(base_ / "way/inner-link/a"));
  for (const std::string& path :
       {base_ / "shared", base_ / "way-not", base_ / "way/../shared", std::string("relative"),
        std::string("relative/a"), std::string("/"), std::string()}) {
    EXPECT_TRUE(fails_with(disk.open_allowed(path), ErrorKind::usage, 0)) << path;
  }
}

TEST_P(DiskTest, WithoutAllowedRootsNothingIsAllowed) {
  EXPECT_TRUE(fails_with(disk().open_allowed(base_.path()), ErrorKind::usage, 0));
}

TEST_P(DiskTest, TheSlashAsAllowedRootAllowsAll) {
  make_folder(base_ / "a");
  const PosixDisk disk(base_.path(), {"/"}, GetParam());
  EXPECT_THAT(names_of(**disk.open_allowed(base_.path())), ElementsAre("a"));
  EXPECT_TRUE(disk.open_allowed("/"));
}

TEST_P(DiskTest, ManyThreadsMayOpenAtOnce) {
  for (int i = 0; i < 8; ++i) make_folder(base_ / ("a/" + std::to_string(i)));
  const PosixDisk disk = this->disk();
  std::array<int, 8> opened{};
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < opened.size(); ++i) {
      threads.emplace_back([&disk, &opened, i] {
        for (int round = 0; round < 50; ++round) {
          const auto folder = disk.open_folder("a");
          if (folder && (*folder)->list()->size() == 8) ++opened[i];
        }
      });
    }
  }
  EXPECT_THAT(opened, testing::Each(50));
}

TEST(ReadSmallFile, TheBoundIsTheLargestSizeThatIsRead) {
  TemporaryFolder base;
  write_file(base / "a", "0123456789");
  write_file(base / "empty", "");
  const auto disk = real_disk(base.path(), {});
  const auto folder = std::move(*disk->open_folder(""));
  EXPECT_EQ(read_small_file(*folder, "a", 11), "0123456789");
  EXPECT_EQ(read_small_file(*folder, "a", 10), "0123456789");
  EXPECT_TRUE(fails_with(read_small_file(*folder, "a", 9), ErrorKind::bad_input, 0));
  EXPECT_EQ(read_small_file(*folder, "empty", 0), "");
  EXPECT_TRUE(fails_with(read_small_file(*folder, "none", 9), ErrorKind::no_such_input, ENOENT));
}

}  // namespace
}  // namespace hubward
