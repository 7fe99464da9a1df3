#include "verifier/cache/pointer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hubward {
namespace {

const LinkGround kGround{{"/home/u/hub", "/data/hub"}, "models--gpt2", "/data/hub/models--gpt2"};
constexpr char kSnapshot[] = "/data/hub/models--gpt2/snapshots/abc";

LinkTarget judge(std::string_view text, std::string_view folder = kSnapshot) {
  return judge_link(kGround, folder, text);
}

TEST(Pointer, TheClientsOwnTextLeadsToABlob) {
  const LinkTarget target = judge("../../blobs/0123");
  EXPECT_EQ(target.fate, LinkFate::own_blob);
  EXPECT_EQ(target.blob, "0123");
  EXPECT_FALSE(target.absolute);
}

TEST(Pointer, ANestedPathNeedsOneStepMoreForEachDirectory) {
  const std::string nested = std::string(kSnapshot) + "/1_Pooling";
  EXPECT_EQ(judge("../../../blobs/0123", nested).fate, LinkFate::own_blob);
  EXPECT_EQ(judge("../../blobs/0123", nested).fate, LinkFate::in_repo);
}

TEST(Pointer, AnAbsoluteTextMayUseEitherSpellingOfTheRoot) {
  for (const std::string root : {"/home/u/hub", "/data/hub"}) {
    const LinkTarget target = judge(root + "/models--gpt2/blobs/0123");
    EXPECT_EQ(target.fate, LinkFate::own_blob) << root;
    EXPECT_TRUE(target.absolute);
  }
}

TEST(Pointer, OneStepTooManyStaysInTheCacheAndTwoLeaveIt) {
  EXPECT_EQ(judge("../../../blobs/0123").fate, LinkFate::other_place);
  EXPECT_EQ(judge("../../../../blobs/0123").fate, LinkFate::escapes);
}

TEST(Pointer, AnotherReposFolderIsAnotherPlaceAlsoWhenItsNameBeginsAlike) {
  EXPECT_EQ(judge("../../../models--gpt2-xl/blobs/0123").fate, LinkFate::other_place);
}

TEST(Pointer, ASiblingOfTheCacheIsOutsideAlthoughItsNameBeginsAlike) {
  EXPECT_EQ(judge("/data/hub2/models--gpt2x/blobs/0123").fate, LinkFate::escapes);
}

TEST(Pointer, AnAbsoluteTextWithThisReposTailIsAMovedCache) {
  EXPECT_EQ(judge("/old/hub/models--gpt2/blobs/0123").fate, LinkFate::moved_cache);
  EXPECT_EQ(judge("/old/hub/models--other/blobs/0123").fate, LinkFate::escapes);
  EXPECT_EQ(judge("/old/hub/models--gpt2/blobs/").fate, LinkFate::escapes);
}

TEST(Pointer, ARelativeTextWithThisReposTailStillEscapes) {
  EXPECT_EQ(judge("../../../../other/models--gpt2/blobs/0123").fate, LinkFate::escapes);
}

TEST(Pointer, ATextThatGoesDownAndUpAgainIsRoundaboutEvenWhenItEndsAtABlob) {
  for (const char* text : {"../../blobs/none/../0123", "../abc/../../blobs/0123",
                           "a/../../../blobs/0123", "/data/hub/x/../models--gpt2/blobs/0123"}) {
    EXPECT_TRUE(goes_back(text)) << text;
    EXPECT_EQ(judge(text).fate, LinkFate::roundabout) << text;
  }
  EXPECT_EQ(judge("../../../../x/../y").fate, LinkFate::escapes);
  EXPECT_FALSE(goes_back("../.././blobs//0123"));
  EXPECT_EQ(judge("../.././blobs//0123").fate, LinkFate::own_blob);
  EXPECT_FALSE(goes_back("a/..b/...c"));
}

TEST(Pointer, AFinalSlashAsksForADirectory) {
  EXPECT_EQ(judge("../../blobs/0123/").fate, LinkFate::roundabout);
  EXPECT_EQ(judge("../../blobs/0123/.").fate, LinkFate::roundabout);
}

TEST(Pointer, DotDotAtTheRootOfTheFileSystemStaysThere) {
  EXPECT_EQ(lexically_joined("/a", "../../../b"), "/b");
  EXPECT_EQ(lexically_joined("/a", "../.."), "/");
  EXPECT_EQ(lexically_joined("/a/b", "./c//d/."), "/a/b/c/d");
}

TEST(LinkText, IsToldByShapeAlone) {
  EXPECT_TRUE(is_link_text("../../blobs/0123abcd"));
  EXPECT_TRUE(is_link_text("../../../blobs/0123abcd\n"));
  EXPECT_TRUE(is_link_text("..\\..\\blobs\\0123abcd\r\n"));
  EXPECT_TRUE(is_link_text("/root/hub/models--gpt2/blobs/0123abcd"));
  EXPECT_FALSE(is_link_text("../../blobs/"));
  EXPECT_FALSE(is_link_text("../../blobs/a/b"));
  EXPECT_FALSE(is_link_text("see ../../blobs/0123abcd"));
  EXPECT_FALSE(is_link_text("../../blobs/0123\n../../blobs/4567\n"));
  EXPECT_FALSE(is_link_text("blobs/0123"));
  EXPECT_FALSE(is_link_text(""));
}

TEST(LinkText, LeadsBeyondTheReposFolderFromWhereItStands) {
  EXPECT_TRUE(is_link_text("../../../elsewhere/secret", 1));
  EXPECT_TRUE(is_link_text("..\\..\\..\\elsewhere\n", 1));
  EXPECT_TRUE(is_link_text("../../../../x", 2));
  EXPECT_FALSE(is_link_text("../../elsewhere/secret", 1)) << "in the repo's folder";
  EXPECT_FALSE(is_link_text("../../../x", 2));
  EXPECT_FALSE(is_link_text("../../../", 1));
  EXPECT_FALSE(is_link_text("../../../a and b", 1));
  EXPECT_FALSE(is_link_text("../../../a\n../../../b", 1));
  EXPECT_TRUE(is_link_text("../../blobs/0123abcd", 1));
}

TEST(Pointer, TheShortLookSaysOnlyWhatTheLongOneSays) {
  // Every text of up to six of these pieces, from three folders.
  const std::vector<std::string> pieces = {"../", "blobs/", "0123", "/", ".", ".."};
  const std::vector<std::string> folders = {kSnapshot, std::string(kSnapshot) + "/1_Pooling",
                                            "/elsewhere/snapshots/abc"};
  std::size_t told = 0;
  std::vector<std::string> texts = {""};
  for (std::size_t at = 0; at < texts.size(); ++at) {
    const std::string text = texts[at];
    for (const std::string& folder : folders) {
      const std::string_view blob = usual_blob_name(kGround, folder, text);
      if (blob.empty()) continue;
      const LinkTarget target = judge(text, folder);
      EXPECT_EQ(target.fate, LinkFate::own_blob) << text << " in " << folder;
      EXPECT_EQ(target.blob, blob) << text << " in " << folder;
      EXPECT_FALSE(target.absolute) << text;
      ++told;
    }
    if (texts.size() > 20'000) continue;
    for (const std::string& piece : pieces) texts.push_back(text + piece);
  }
  EXPECT_GT(told, 10u);
  EXPECT_EQ(usual_blob_name(kGround, kSnapshot, "../../blobs/0123"), "0123");
}

}  // namespace
}  // namespace hubward
