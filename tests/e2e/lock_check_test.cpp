// `hubward lock --check`: what it compares, and what it leaves alone.

#include "tests/support/lock_project.h"

#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

namespace hubward::test {
namespace {

using testing::ContainsRegex;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kWeights = kLockedWeights;

class LockCheck : public LockProject {};

TEST_F(LockCheck, LockedAndFrozenCheckAndNeedALock) {
  expect(1, {"lock", "--check"});
  for (const char* flag : {"--locked", "--frozen"}) {
    remove_tree(lock());
    expect(66, {"lock", flag});
    expect(66, {"verify", flag});
    expect(0, {"lock"});
    expect(0, {"lock", flag});
    expect(0, {"verify", flag});
    write_file(manifest(), "tiny\n");
    expect(1, {"lock", flag});
    write_file(manifest(), "tiny\norg/other\n");
  }
  for (const char* flag : {"--update", "--sha256", "--no-lock"})
    expect(64, {"lock", "--check", flag});
}

TEST_F(LockCheck, ACheckOpensNoBlobAndIsContentWithoutThem) {
  expect(0, {"lock"});
  for (const RepoBuilder* repo : {&tiny_, &other_}) {
    for (const char* path : {"config.json", "tokenizer.json", kWeights, "q.gguf"}) {
      if (repo->has(path)) ::chmod((cache_ / repo->blob(path)).c_str(), 0);
    }
  }
  const auto as_nobody = [&](const std::string& command) {
    return run_binary({.args = {command, "--check", "--cache-dir", cache_.path()},
                       .folder = cache_.surroundings(),
                       .as = As::nobody});
  };
  EXPECT_EQ(as_nobody("lock").exit_code, 0) << as_nobody("lock").out;
  remove_tree(cache_ / other_.folder());
  EXPECT_THAT(expect(0, {"lock", "--check"}).out, HasSubstr("org/other@main: not in this cache"));
  remove_tree(cache_.path());
  EXPECT_THAT(expect(0, {"lock", "--check"}).out,
              HasSubstr("agrees with the manifest; none of it is in this cache"));
  write_file(manifest(), "tiny\n");
  expect(1, {"lock", "--check"});
}

TEST_F(LockCheck, ACheckSeesNamesAndSizes) {
  expect(0, {"lock"});
  ASSERT_EQ(::truncate((cache_ / tiny_.blob(kWeights)).c_str(), 800), 0);
  make_link("../../blobs/" + tiny_.blob_name("config.json"),
            cache_ / tiny_.pointer("tokenizer.json"));
  remove_tree(cache_ / tiny_.pointer("config.json"));
  const BinaryAnswer differs = expect(1, {"lock", "--check"});
  EXPECT_THAT(differs.out, ContainsRegex("\n\\+ +800 B +model.safetensors\n"));
  EXPECT_THAT(changes(seen({"--check"})),
              ElementsAre("file-removed tiny config.json", "file-changed tiny model.safetensors",
                          "file-changed tiny tokenizer.json"));
}

TEST_F(LockCheck, ACheckTakesAXetHashForAName) {
  const std::string xet(64, 'c');
  RepoBuilder& repo = cache_.repo("org/xet");
  repo.file("config.json", "{}").file(kWeights, safetensors(64), {.lfs = true, .xet_hash = xet});
  repo.listing();
  ASSERT_EQ(::rename((cache_ / repo.blob(kWeights)).c_str(),
                     (cache_ / (repo.folder() + "/blobs/" + xet)).c_str()),
            0);
  make_link("../../blobs/" + xet, cache_ / repo.pointer(kWeights));
  write_file(manifest(), "org/xet\n");
  expect(0, {"lock"});
  EXPECT_THAT(lock_text(), HasSubstr("sha256:" + repo.blob_name(kWeights)));
  expect(0, {"lock", "--check"});
}

TEST_F(LockCheck, AManifestThatAsksForMoreIsSeenWithoutACache) {
  expect(0, {"lock"});
  remove_tree(cache_.path());
  write_file(manifest(), "tiny\norg/other gguf:big.gguf\n");
  EXPECT_THAT(changes(seen({"--check"})), ElementsAre("file-added org/other big.gguf"));
}

}  // namespace
}  // namespace hubward::test
