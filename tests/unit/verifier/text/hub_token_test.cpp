#include "verifier/text/hub_token.h"

#include <gtest/gtest.h>

#include <string>

namespace hubward {
namespace {

const std::string kTail = "A1b2C3d4E5F6g7H8i9J0k1L2m3N4o5";

TEST(HubToken, IsThirtyLettersOrDigitsBehindItsHead) {
  ASSERT_EQ(kTail.size(), 30u);
  EXPECT_TRUE(holds_hub_token("hf_" + kTail));
  EXPECT_TRUE(holds_hub_token("x = \"hf_" + kTail + kTail + "\"\n"));
  EXPECT_TRUE(holds_hub_token(std::string("\0\xff", 2) + "hf_" + kTail));
  EXPECT_TRUE(holds_hub_token("hf_hf_" + kTail)) << "behind a head that has no tail";
}

TEST(HubToken, IsNothingShorterAndNothingElse) {
  EXPECT_FALSE(holds_hub_token("hf_" + kTail.substr(1)));
  EXPECT_FALSE(holds_hub_token("hf_" + kTail.substr(1) + "-a"));
  EXPECT_FALSE(holds_hub_token("HF_" + kTail));
  EXPECT_FALSE(holds_hub_token("hf_hub_download_of_a_file_of_the_model"));
  EXPECT_FALSE(holds_hub_token(""));
}

TEST(HubToken, IsTakenOutOfATextWholeAndNothingElseIs) {
  const std::string token = "hf_" + kTail;
  EXPECT_EQ(without_hub_tokens("a --token=" + token + " b " + token + kTail),
            "a --token=hf_*** b hf_***");
  EXPECT_EQ(without_hub_tokens(std::string(1, '\0') + token + std::string(1, '\0')),
            std::string(1, '\0') + "hf_***" + std::string(1, '\0'));
  for (const std::string& text : {std::string(), std::string("hf_"), "hf_" + kTail.substr(1)}) {
    EXPECT_EQ(without_hub_tokens(text), text);
  }
}

}  // namespace
}  // namespace hubward
