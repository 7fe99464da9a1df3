#include "verifier/asked/search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward {
namespace {

using testing::ElementsAre;

std::vector<std::string> configs_from(std::string_view directory) {
  std::vector<std::string> paths;
  for (const ConfigPlace& place : config_places(directory)) paths.push_back(place.config);
  return paths;
}

TEST(Search, AManifestIsLookedForInFivePlaces) {
  EXPECT_THAT(manifest_places("/home/me/project"),
              ElementsAre("/home/me/project/test/model_manifest.txt",
                          "/home/me/project/spec/model_manifest.txt",
                          "/home/me/project/tests/model_manifest.txt",
                          "/home/me/project/model_manifest.txt",
                          "/home/me/project/config/model_manifest.txt"));
  EXPECT_EQ(manifest_places("/")[3], "/model_manifest.txt");
  EXPECT_EQ(manifest_places("")[0], "test/model_manifest.txt");
}

TEST(Search, TheLockStandsBesideItsManifest) {
  EXPECT_EQ(lock_place("test/model_manifest.txt"), "test/model_manifest.lock.toml");
  EXPECT_EQ(lock_place("models.list.txt"), "model_manifest.lock.toml");
  EXPECT_EQ(lock_place("/a.b/models"), "/a.b/model_manifest.lock.toml");
  EXPECT_EQ(lock_place("/models"), "/model_manifest.lock.toml");
}

TEST(Search, StandardInputHasNoLockBesideIt) { EXPECT_EQ(lock_place("-"), std::nullopt); }

TEST(Search, TheConfigurationIsLookedForUpToTheRoot) {
  EXPECT_THAT(configs_from("/a/b"),
              ElementsAre("/a/b/hubward.toml", "/a/hubward.toml", "/hubward.toml"));
  EXPECT_THAT(configs_from("/a/b//"),
              ElementsAre("/a/b/hubward.toml", "/a/hubward.toml", "/hubward.toml"));
  EXPECT_THAT(configs_from("/"), ElementsAre("/hubward.toml"));
  EXPECT_EQ(config_places("/a")[0].boundary, "/a/.git");
}

}  // namespace
}  // namespace hubward
