// The bounds of what a cache may hold, at the bound and one beyond. Those of texts alone stand with
// their parsers (manifest, lock, configuration, containers, decompression).

#include "tests/support/cache_builder.h"
#include "tests/support/contents.h"
#include "tests/support/files.h"
#include "tests/support/matchers.h"
#include "tests/support/verify_cache.h"
#include "verifier/cache/repo_survey.h"
#include "verifier/cache/survey.h"
#include "verifier/cache/unique_fd.h"
#include "verifier/proof/tree_listing.h"
#include "verifier/proof/weight_index.h"
#include "verifier/text/json_door.h"
#include "verifier/text/repo_path.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

namespace hubward::test {
namespace {

class Bounds : public testing::Test {
 protected:
  Bounds() { repo_.file("tokenizer.json", "{}"); }

  std::string at(const std::string& path) const { return repo_.pointer(path); }
  std::string listing() const { return repo_.folder() + "/trees/" + kCommit + ".json"; }
  std::string listing_text() const {
    repo_.listing();
    return read_file(cache_ / listing());
  }
  Report verified() const { return verify_manifest(cache_, "gpt2\n"); }
  CacheModel surveyed(std::size_t max_entries) const {
    const auto disk = real_disk(cache_.path(), {});
    auto model = survey(*disk, {.roots = {cache_.path()}, .all = true, .max_entries = max_entries});
    EXPECT_THAT(model, Succeeds());
    return std::move(*model);
  }

  CacheBuilder cache_;
  RepoBuilder& repo_ = cache_.repo("gpt2");
};

TEST_F(Bounds, EntriesOfACacheAreCountedToTheMostAndNoFurther) {
  static_assert(kMaxCacheEntries == 4'000'000);
  EntryBudget budget(kMaxCacheEntries);
  EXPECT_TRUE(budget.take(kMaxCacheEntries - 1));
  EXPECT_TRUE(budget.take(1));
  EXPECT_FALSE(budget.take(1));
  EntryBudget at_once(kMaxCacheEntries);
  EXPECT_FALSE(at_once.take(kMaxCacheEntries + 1));
  EXPECT_FALSE(at_once.take(1)) << "what is beyond leaves nothing for others";
}

// The root names the repo; the repo blobs, refs and snapshots; these a blob, a ref and a commit;
// and the commit a pointer.
constexpr std::size_t kEntries = 1 + 3 + 3 + 1;

TEST_F(Bounds, AnEntryBeyondTheMostIsHostileAndWhatIsSeenIsKept) {
  EXPECT_TRUE(surveyed(kEntries).repos.at(0).odd_nodes.empty());
  const CacheModel beyond = surveyed(kEntries - 1);
  ASSERT_EQ(beyond.repos.at(0).odd_nodes.size(), 1u);
  EXPECT_EQ(beyond.repos[0].odd_nodes[0].state, PathState::hostile_name);
  EXPECT_EQ(beyond.repos[0].odd_nodes[0].path, repo_.snapshot());
  EXPECT_EQ(beyond.repos[0].blobs.size(), 1u);
}

TEST_F(Bounds, EntriesOfTheRootCountToo) {
  for (int i = 0; i < 20; ++i) make_folder(cache_ / fmt::format("other-{}", i));
  EXPECT_TRUE(surveyed(20 + kEntries).odd_nodes.empty());
  const CacheModel beyond = surveyed(20);
  ASSERT_EQ(beyond.odd_nodes.size(), 1u);
  EXPECT_EQ(beyond.odd_nodes[0].path, ".");
  EXPECT_EQ(beyond.odd_nodes[0].state, PathState::hostile_name);
  EXPECT_EQ(beyond.repos.size(), 1u) << "a repo that is there is not called missing";
}

TEST_F(Bounds, ALinkMayHaveTheLongestTextThatLinuxTakes) {
  static_assert(kMaxLinkText == 4096, "one more than Linux takes: beyond it only a disk that lies");
  make_link(std::string(4095, 'x'), cache_ / at("tokenizer.json"));
  EXPECT_THAT(verified(), HasOnly(FindingCode::pointer_misdirected, at("tokenizer.json")));
}

/// Folders below a snapshot with a link in the last, made a step at a time: the whole path is
/// longer than the system takes. Removes them again.
class DeepFolders {
 public:
  DeepFolders(const std::string& snapshot, std::vector<std::string> names, const std::string& link)
      : names_(std::move(names)), link_(link) {
    folders_.emplace_back(::open(snapshot.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    for (const std::string& name : names_) {
      const int above = folders_.back().get();
      if (::mkdirat(above, name.c_str(), 0755) != 0) throw_errno("mkdirat", name);
      folders_.emplace_back(::openat(above, name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    }
    if (::symlinkat("nowhere", folders_.back().get(), link.c_str()) != 0) throw_errno("link", link);
  }
  DeepFolders(const DeepFolders&) = delete;
  DeepFolders& operator=(const DeepFolders&) = delete;
  ~DeepFolders() {
    ::unlinkat(folders_.back().get(), link_.c_str(), 0);
    for (std::size_t i = names_.size(); i > 0; --i) {
      ::unlinkat(folders_[i - 1].get(), names_[i - 1].c_str(), AT_REMOVEDIR);
    }
  }

 private:
  std::vector<std::string> names_;
  std::string link_;
  std::vector<UniqueFd> folders_;
};

TEST_F(Bounds, APathMayHave4096BytesAndNoMore) {
  const std::size_t above = std::string("snapshots/").size() + std::string(kCommit).size() + 1;
  const std::vector<std::string> names(15, std::string(kMaxNameBytes, 'n'));
  const std::size_t rest = kMaxPathBytes - above - names.size() * (kMaxNameBytes + 1);
  ASSERT_LE(rest, kMaxNameBytes);
  const std::string last(rest, 'z');
  std::string path = repo_.snapshot();
  for (const std::string& name : names) path += "/" + name;
  {
    const DeepFolders folders(cache_ / repo_.snapshot(), names, last);
    EXPECT_THAT(verified(), HasOnly(FindingCode::pointer_misdirected, path + "/" + last));
  }
  const DeepFolders folders(cache_ / repo_.snapshot(), names, last + "z");
  EXPECT_THAT(verified(), HasOnly(FindingCode::name_hostile, path + "/" + last + "z"));
}

TEST_F(Bounds, APathMayBe32DeepAndNoMore) {
  // snapshots, the commit and the link are three of them.
  std::string folders;
  for (std::size_t i = 0; i < kMaxPathDepth - 3; ++i) folders += "d/";
  make_link("x", cache_ / at(folders + "x"));
  EXPECT_THAT(verified(), HasOnly(FindingCode::pointer_loop, at(folders + "x")));
  remove_tree(cache_ / at("d"));
  make_link("x", cache_ / at(folders + "d/x"));
  EXPECT_THAT(verified(), HasOnly(FindingCode::name_hostile, at(folders + "d/x")));
}

// At the bound it is read, and then found to be none; beyond it is not read.
TEST_F(Bounds, AListingMayBe64MiBAndNoMore) {
  write_file(cache_ / listing(), "");
  ASSERT_EQ(::truncate((cache_ / listing()).c_str(), kMaxListingBytes), 0);
  EXPECT_THAT(verified(), HasOnly(FindingCode::listing_malformed, listing()));
  ASSERT_EQ(::truncate((cache_ / listing()).c_str(), kMaxListingBytes + 1), 0);
  EXPECT_THAT(verified(), HasOnly(FindingCode::name_hostile, listing()));
  const auto beyond = parse_tree_listing(std::string(kMaxListingBytes + 1, ' '));
  ASSERT_FALSE(beyond);
  EXPECT_TRUE(beyond.error().hostile);
}

TEST_F(Bounds, AListingMayNest64DeepAndNoMore) {
  const std::string text = listing_text();
  const auto with_nested = [&](std::size_t depth) {
    // The text's own object is one of them.
    return "{\"more\": " + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "," +
           text.substr(1);
  };
  write_file(cache_ / listing(), with_nested(kMaxJsonDepth));
  EXPECT_THAT(verified(), HasNoFindings());
  write_file(cache_ / listing(), with_nested(kMaxJsonDepth + 1));
  EXPECT_THAT(verified(), HasOnly(FindingCode::name_hostile, listing()));
}

TEST_F(Bounds, ARefMayHave1024BytesAndNoMore) {
  const std::string ref = repo_.folder() + "/refs/main";
  std::string text = kCommit;
  text.resize(kMaxRefBytes, ' ');
  write_file(cache_ / ref, text);
  EXPECT_THAT(verified(), HasOnly(FindingCode::ref_whitespace, ref));
  append_file(cache_ / ref, " ");
  EXPECT_THAT(verified(), HasOnly(FindingCode::ref_malformed, ref));
}

// Such a text ends in line ends, as an editor may have added them.
TEST_F(Bounds, ALinkIsToldByItsTextInPlainFilesOf1024BytesAndNoMore) {
  std::string text = "../../blobs/" + repo_.blob_name("tokenizer.json");
  text.resize(1024, '\n');
  write_file(cache_ / at("tokenizer.json"), text);
  EXPECT_THAT(verified(), HasOnly(FindingCode::pointer_as_text, at("tokenizer.json")));
  append_file(cache_ / at("tokenizer.json"), "\n");
  const Report beyond = verified();
  EXPECT_THAT(beyond, HasFinding(FindingCode::pointer_copied, repo_.snapshot()));
  EXPECT_THAT(beyond, HasFinding(FindingCode::content_malformed, at("tokenizer.json")));
}

TEST_F(Bounds, AnIndexBeyond64MiBIsSaidForWhatNoEntryNamesToo) {
  const std::string path = "model.safetensors.index.json";
  repo_.file(path, std::string(kMaxIndexBytes, '\0'), {.lfs = true});
  EXPECT_THAT(verify_all(cache_), HasNoFindings());
  const std::string text(kMaxIndexBytes + 1, '\0');
  remove_tree(cache_ / repo_.blob(path));
  repo_.file(path, text, {.lfs = true});
  EXPECT_THAT(verify_all(cache_), HasOnly(FindingCode::name_hostile, at(path)));
}

/// An index of a shard that is there, with arrays in each other; the text's own object is one.
std::string index_nested(std::size_t depth) {
  return "{\"weight_map\": {\"a\": \"model-00001-of-00001.safetensors\"}, \"more\": " +
         std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
}

TEST_F(Bounds, AnIndexMayNest64DeepAndNoMore) {
  const std::string path = "model.safetensors.index.json";
  repo_.file("model-00001-of-00001.safetensors", safetensors(100), {.lfs = true})
      .file(path, index_nested(kMaxJsonDepth));
  EXPECT_THAT(verified(), HasNoFindings());
  EXPECT_THAT(verify_all(cache_), HasNoFindings());
  remove_tree(cache_ / repo_.blob(path));
  repo_.file(path, index_nested(kMaxJsonDepth + 1));
  EXPECT_THAT(verified(), HasOnly(FindingCode::name_hostile, at(path)));
  EXPECT_THAT(verify_manifest(cache_, "gpt2\n", {.level = Level::size}),
              HasOnly(FindingCode::name_hostile, at(path)));
  EXPECT_THAT(verify_all(cache_), HasOnly(FindingCode::name_hostile, at(path)));
}

TEST_F(Bounds, AnIndexBeyondThemUnderANameThatTellsNothingIsSaidOnce) {
  const std::string path = "model.safetensors.index.json";
  const std::string blob = repo_.folder() + "/blobs/0123456789abcdef0123456789abcdef-2";
  make_link("../../blobs/0123456789abcdef0123456789abcdef-2", cache_ / at(path));
  repo_.file("model-00001-of-00001.safetensors", safetensors(100), {.lfs = true});
  write_file(cache_ / blob, index_nested(kMaxJsonDepth + 1));
  EXPECT_THAT(verified(), HasOnly(FindingCode::name_hostile, at(path)));
  write_file(cache_ / blob, "");
  ASSERT_EQ(::truncate((cache_ / blob).c_str(), kMaxIndexBytes + 1), 0);
  EXPECT_THAT(verified(), HasOnly(FindingCode::name_hostile, at(path)));
}

TEST_F(Bounds, AListingOfACommitThatNoEntryNamesIsHeldToThemUnderAll) {
  const std::string other = repo_.folder() + "/trees/" + kOtherCommit + ".json";
  write_file(cache_ / other, "");
  ASSERT_EQ(::truncate((cache_ / other).c_str(), kMaxListingBytes + 1), 0);
  EXPECT_THAT(verify_all(cache_), HasOnly(FindingCode::name_hostile, other));
  EXPECT_THAT(verify_manifest(cache_, "gpt2\n", {.scope = Scope::all}),
              HasOnly(FindingCode::name_hostile, other));
}

std::string index_of(const std::string& shard) {
  return R"({"weight_map": {"a": ")" + shard + "\"}}";
}

TEST_F(Bounds, AShardsNameIsHeldToThemWhereItWillStand) {
  const std::string ending = ".safetensors";
  const std::string longest = std::string(kMaxNameBytes - ending.size(), 'n') + ending;
  // snapshots, the commit and the shard are three of them.
  std::string deepest;
  for (std::size_t i = 0; i < kMaxPathDepth - 3; ++i) deepest += "d/";
  deepest += "x" + ending;
  const std::string index = "model.safetensors.index.json";
  for (const std::string& shard : {longest, deepest}) {
    repo_.file(index, index_of(shard));
    EXPECT_THAT(verified(), HasOnly(FindingCode::shard_missing, at(shard)));
  }
  for (const std::string& shard : {"n" + longest, "d/" + deepest}) {
    repo_.file(index, index_of(shard));
    EXPECT_THAT(verified(), HasOnly(FindingCode::name_hostile, at(index)));
  }
}

TEST_F(Bounds, AListedNameIsHeldToThemWhereItWillStand) {
  std::string deepest;
  for (std::size_t i = 0; i < kMaxPathDepth - 3; ++i) deepest += "d/";
  const std::string longest(kMaxNameBytes, 'n');
  for (const std::string& path : {longest, deepest + "x"}) {
    repo_.file(path, "x", {.on_disk = false}).listing();
    EXPECT_THAT(verify_manifest(cache_, "gpt2 file:" + path + "\n"),
                HasOnly(FindingCode::file_missing, at(path)));
  }
  for (const std::string& path : {"n" + longest, "d/" + deepest + "x"}) {
    CacheBuilder cache;
    RepoBuilder& repo = cache.repo("gpt2");
    repo.file("tokenizer.json", "{}").file(path, "x", {.on_disk = false}).listing();
    EXPECT_THAT(
        verify_manifest(cache, "gpt2\n"),
        HasOnly(FindingCode::name_hostile, "models--gpt2/trees/" + std::string(kCommit) + ".json"));
  }
}

TEST_F(Bounds, AHostileIndexIsSaidForWhatNoEntryNamesToo) {
  repo_.file("model.safetensors.index.json", R"({"weight_map": {"a": "../../x.safetensors"}})");
  EXPECT_THAT(verify_all(cache_),
              HasOnly(FindingCode::name_hostile, at("model.safetensors.index.json")));
}

}  // namespace
}  // namespace hubward::test
