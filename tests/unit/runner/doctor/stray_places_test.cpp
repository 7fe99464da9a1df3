#include "runner/doctor/stray_places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace hubward {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> strays(const std::set<std::string>& folders, const std::string& cache,
                                const std::vector<ClientPlace>& places = {}) {
  std::vector<std::string> paths;
  for (const StrayPlace& stray : stray_places(
           "/w", cache, places, [&](const std::string& path) { return folders.contains(path); })) {
    paths.push_back(stray.path);
  }
  return paths;
}

TEST(StrayPlaces, ALiteralTildeAndACacheInTheWorkingDirectoryAreNamed) {
  EXPECT_THAT(strays({"/w/~", "/w/.cache/huggingface/hub"}, "/c"),
              ElementsAre("/w/~", "/w/.cache/huggingface/hub"));
  EXPECT_THAT(strays({}, "/c"), IsEmpty());
}

TEST(StrayPlaces, ACacheInTheCacheTellsAVariableThatWasMeantForAnother) {
  EXPECT_THAT(strays({"/c/hub", "/c/huggingface/hub"}, "/c"),
              ElementsAre("/c/hub", "/c/huggingface/hub"));
}

TEST(StrayPlaces, WhereSomebodyLooksIsNoStray) {
  EXPECT_THAT(strays({"/w/.cache/huggingface/hub"}, "/w/.cache/huggingface/hub"), IsEmpty());
  EXPECT_THAT(strays({"/w/.cache/huggingface/hub"}, "/c", {{.cache = "/w/.cache/huggingface/hub"}}),
              IsEmpty());
}

}  // namespace
}  // namespace hubward
