#include "runner/launch/token.h"

#include <gtest/gtest.h>

namespace hubward {
namespace {

using List = std::vector<std::string>;

TEST(Token, TheEnvironmentsIsCleanedAsPythonCleansIt) {
  EXPECT_EQ(token_in(List{"HF_TOKEN= hf_a\r\n"}), "hf_a");
  EXPECT_EQ(token_in(List{"HF_TOKEN=", "HUGGING_FACE_HUB_TOKEN=hf_b"}), "hf_b");
  EXPECT_EQ(token_in(List{"HF_TOKEN= \n", "HUGGING_FACE_HUB_TOKEN=hf_b"}), std::nullopt);
  EXPECT_EQ(token_in({}), std::nullopt);
}

TEST(Token, AllOfThemAreKnownNotOnlyTheOneThatWouldBeSent) {
  EXPECT_EQ(all_tokens_in(List{"HF_TOKEN=one", "HUGGING_FACE_HUB_TOKEN= two ", "X=three"}),
            (List{"one", "two"}));
}

TEST(Token, EachIsTakenOutOfATextWhereverItStands) {
  EXPECT_EQ(
      without_tokens("hf_secret1 and (hf_secret2)hf_secret1", List{"hf_secret1", "hf_secret2"}),
      "*** and (***)***");
}

TEST(Token, AShortOneIsAWordThatMayStandInAnyText) {
  EXPECT_EQ(without_tokens("the cache", List{"cache"}), "the cache");
}

}  // namespace
}  // namespace hubward
