#include "verifier/cache/layout.h"

#include <gtest/gtest.h>

namespace hubward {
namespace {

TEST(Layout, AFolderNameAndItsRepoAreEachOthersInverse) {
  for (const auto& [type, id, name] :
       {std::tuple(RepoType::model, "gpt2", "models--gpt2"),
        std::tuple(RepoType::dataset, "org/squad_v2", "datasets--org--squad_v2"),
        std::tuple(RepoType::space, "a/b.c", "spaces--a--b.c"),
        std::tuple(RepoType::kernel, "k/x-y", "kernels--k--x-y")}) {
    const auto repo = RepoId::parse(type, id);
    ASSERT_TRUE(repo);
    EXPECT_EQ(folder_name(*repo), name);
    EXPECT_EQ(repo_of_folder(name), *repo);
  }
}

TEST(Layout, NamesThatNoValidIdGivesAreNoRepoFolders) {
  for (const char* name : {"models", "models--", "models--a--b--c", "model--gpt2", "buckets--a",
                           "models---gpt2", "models--gpt2--", "models--a..b", "blobs", ".locks"}) {
    EXPECT_FALSE(repo_of_folder(name)) << name;
  }
}

TEST(Layout, OnlyTheExactFormOfASharedPayloadIsOne) {
  const std::string hash(64, 'a');
  EXPECT_EQ(shared_payload_of("../../blobs/aa/" + hash), "blobs/aa/" + hash);
  EXPECT_EQ(shared_payload_of("../../blobs/ab/" + hash), "");
  EXPECT_EQ(shared_payload_of("../blobs/aa/" + hash), "");
  EXPECT_EQ(shared_payload_of("../../blobs/aa/" + hash + "a"), "");
  EXPECT_EQ(shared_payload_of("../../blobs/aa/" + std::string(64, 'A')), "");
}

TEST(Layout, PartialsLocksAndRefTemporariesAreToldByName) {
  for (const char* name : {"abc.incomplete", "abc.12345678.incomplete", "abc.part", "abc.sync.part",
                           "abc..part", "tmp_0b1c"}) {
    EXPECT_TRUE(is_partial_name(name)) << name;
  }
  EXPECT_FALSE(is_partial_name(std::string(40, 'a')));
  EXPECT_TRUE(is_lock_name("abc.lock"));
  EXPECT_TRUE(is_ref_temporary("main.1a2b3c4d.tmp"));
  EXPECT_FALSE(is_ref_temporary("main.1a2b3c4.tmp"));
  EXPECT_FALSE(is_ref_temporary("release.tmp"));
}

}  // namespace
}  // namespace hubward
