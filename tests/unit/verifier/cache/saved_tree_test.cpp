#include "verifier/cache/saved_tree.h"

#include "tests/support/faulty_disk.h"
#include "tests/support/files.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

namespace hubward {
namespace {

using test::write_file;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SavedTreeTest : public testing::Test {
 protected:
  SavedTree survey(std::vector<std::string> roots, SavedTreeRequest request = {}) const {
    request.cache = folder_ / "hub";
    request.roots = std::move(roots);
    return *survey_saved(request, real_disks());
  }
  /// From the temporary folder, in the tree's order.
  std::vector<std::string> names(const SavedTree& tree) const {
    std::vector<std::string> names;
    for (const SavedNode& node : tree.nodes)
      names.push_back(node.path.substr(folder_.path().size()));
    return names;
  }
  std::vector<std::string> secrets(const SavedTree& tree) const {
    std::vector<std::string> names;
    for (const SavedNode& node : tree.nodes) {
      if (node.is_secret) names.push_back(node.path.substr(folder_.path().size()));
    }
    return names;
  }

  test::TemporaryFolder folder_;
  const std::string token_ = "hf_" + std::string(30, 'a');
};

TEST_F(SavedTreeTest, HoldsAllNamesAndFollowsNoLink) {
  write_file(folder_ / "hub/a", "1");
  write_file(folder_ / "elsewhere/b", "2");
  test::make_link("../elsewhere", folder_ / "hub/link");
  ASSERT_EQ(::mkfifo((folder_ / "hub/fifo").c_str(), 0644), 0);
  const SavedTree tree = survey({folder_ / "hub"});
  EXPECT_THAT(names(tree), ElementsAre("/hub", "/hub/a", "/hub/fifo", "/hub/link"));
  EXPECT_EQ(tree.find(folder_ / "hub/link")->link_text, "../elsewhere");
  EXPECT_EQ(tree.find(folder_ / "hub/a")->identity.size, 1u);
}

TEST_F(SavedTreeTest, LooksAtEachPathOnce) {
  write_file(folder_ / "hub/a", "1");
  EXPECT_THAT(names(survey({folder_ / "hub/a", folder_ / "hub", folder_ / "hub"})),
              ElementsAre("/hub", "/hub/a"));
}

TEST_F(SavedTreeTest, APathMayBeAFileOrALink) {
  write_file(folder_ / "file", "1");
  test::make_link("file", folder_ / "link");
  EXPECT_THAT(names(survey({folder_ / "link", folder_ / "file", folder_ / "nothing"})),
              ElementsAre("/file", "/link"));
}

TEST_F(SavedTreeTest, CoversItsRootsHoweverTheyAreSpelled) {
  write_file(folder_ / "real/hub/a", "1");
  test::make_link("real", folder_ / "alias");
  const SavedTree tree = survey({folder_ / "alias/hub"});
  EXPECT_THAT(names(tree), ElementsAre("/real/hub", "/real/hub/a"));
  EXPECT_TRUE(tree.covers(folder_ / "alias/hub/x"));
  EXPECT_TRUE(tree.covers(folder_ / "real/hub"));
  EXPECT_FALSE(tree.covers(folder_ / "real/hubbub"));
  EXPECT_FALSE(tree.covers(folder_ / "real"));
}

TEST_F(SavedTreeTest, PathsStartAtTheCache) {
  const SavedTree tree{.cache = "/h/hub", .roots = {}, .nodes = {}};
  EXPECT_EQ(tree.from_cache("/h/hub"), "");
  EXPECT_EQ(tree.from_cache("/h/hub/a/b"), "a/b");
  EXPECT_EQ(tree.from_cache("/h/token"), "../token");
  EXPECT_EQ(tree.from_cache("/h/hubbub/x"), "../hubbub/x");
  EXPECT_EQ(tree.from_cache("/other/x"), "../../other/x");
}

TEST_F(SavedTreeTest, ASecretIsALoginsFileOrATokenInASmallOne) {
  for (const char* path : {"token", "stored_tokens", "hub/token", "deep/er/stored_tokens"}) {
    write_file(folder_ / path, "");
  }
  write_file(folder_ / "notes", "my " + token_);
  write_file(folder_ / "hub/models--a/snapshots/x/README.md", token_);
  write_file(folder_ / "hub/x/blobs/f", token_);
  write_file(folder_ / "hub/x/blobs/token", "");
  EXPECT_THAT(
      secrets(survey({folder_.path()})),
      ElementsAre("/deep/er/stored_tokens", "/hub/models--a/snapshots/x/README.md", "/hub/token",
                  "/hub/x/blobs/f", "/hub/x/blobs/token", "/notes", "/stored_tokens", "/token"));
}

TEST_F(SavedTreeTest, NeitherBlobsNorLargeFilesNorLinksNorARepoSOwnFileAreSecrets) {
  write_file(folder_ / "hub/models--a/blobs/x", token_);
  write_file(folder_ / "hub/blobs/aa/x", token_);
  write_file(folder_ / "hub/models--a/snapshots/x/token", "a file of the repo");
  write_file(folder_ / "large", token_ + std::string(kMaxSecretFile + 1 - token_.size(), ' '));
  test::make_link("large", folder_ / "token");
  EXPECT_THAT(secrets(survey({folder_.path()})), IsEmpty());
  write_file(folder_ / "large", token_ + std::string(kMaxSecretFile - token_.size(), ' '));
  EXPECT_THAT(secrets(survey({folder_.path()})), ElementsAre("/large"));
}

TEST_F(SavedTreeTest, WhatIsBeyondTheBoundsIsSaidAndNotLookedAt) {
  write_file(folder_ / "hub/a/b/c", "1");
  EXPECT_EQ(survey({folder_ / "hub"}, {.max_depth = 3}).find(folder_ / "hub/a/b")->trouble, "");
  EXPECT_THAT(survey({folder_ / "hub"}, {.max_depth = 2}).find(folder_ / "hub/a/b")->trouble,
              HasSubstr("more than 2 folders deep"));
  EXPECT_EQ(survey({folder_ / "hub"}, {.max_entries = 3}).find(folder_ / "hub/a/b")->trouble, "");
  const SavedTree few = survey({folder_ / "hub"}, {.max_entries = 2});
  EXPECT_THAT(few.find(folder_ / "hub/a/b")->trouble, HasSubstr("more than 2 entries"));
  EXPECT_EQ(few.find(folder_ / "hub/a/b/c"), nullptr);
}

TEST_F(SavedTreeTest, AFolderThatCannotBeReadIsSaid) {
  write_file(folder_ / "hub/a/b", "1");
  const auto disk_at = [](const std::string& folder) -> std::unique_ptr<Disk> {
    struct Failing final : Disk {
      explicit Failing(const std::string& at)
          : inner(real_disks()(at)),
            faulty(*inner, {{.call = test::DiskCall::list, .path = "hub/a", .times = 0}}) {}
      Result<std::unique_ptr<Folder>> open_folder(std::string_view path) const override {
        return faulty.open_folder(path);
      }
      Result<std::unique_ptr<Folder>> open_allowed(std::string_view path) const override {
        return faulty.open_allowed(path);
      }
      std::unique_ptr<Disk> inner;
      test::FaultyDisk faulty;
    };
    return std::make_unique<Failing>(folder);
  };
  const auto tree = survey_saved({.cache = folder_ / "hub", .roots = {folder_ / "hub"}}, disk_at);
  ASSERT_TRUE(tree);
  EXPECT_NE(tree->find(folder_ / "hub/a")->trouble, "");
}

TEST_F(SavedTreeTest, TwoLooksTellWhatMovedBetweenThem) {
  for (const char* name : {"hub/stays", "hub/goes", "hub/grows"}) write_file(folder_ / name, "1");
  test::make_link("a", folder_ / "hub/turns");
  const SavedTree before = survey({folder_ / "hub"});
  EXPECT_TRUE(changes_between(before, survey({folder_ / "hub"})).empty());
  test::remove_tree(folder_ / "hub/goes");
  test::append_file(folder_ / "hub/grows", "2");
  test::make_link("b", folder_ / "hub/turns");
  write_file(folder_ / "hub/new", "3");
  std::vector<std::string> told;
  for (const SavedChange& change : changes_between(before, survey({folder_ / "hub"}))) {
    told.push_back(std::to_string(static_cast<int>(change.what)) +
                   change.path.substr(folder_.path().size()));
  }
  EXPECT_THAT(told, ElementsAre("1/hub/goes", "2/hub/grows", "0/hub/new", "2/hub/turns"));
}

}  // namespace
}  // namespace hubward
