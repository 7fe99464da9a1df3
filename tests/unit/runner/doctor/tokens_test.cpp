#include "runner/doctor/tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace hubward {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using enum DoctorClient;

const std::string kToken = "hf_" + std::string(34, 'a');

/// Files that hold a token, and an environment.
struct Place {
  EnvironmentView variables;
  std::map<std::string, SecretFile> files = {};

  SentToken of(DoctorClient client, const std::string& cache = "/h/.cache/huggingface/hub") const {
    CacheLocationRequest request;
    request.environment = variables;
    request.environment.emplace("HOME", "/h");
    request.working_directory = "/project";
    return token_of(client, request, cache, [&](const std::string& path) {
      const auto found = files.find(path);
      return found == files.end() ? std::nullopt : std::optional(found->second);
    });
  }
};

TEST(Tokens, RustBefore1DoesNotReadTheVariable) {
  const Place place{{{"HF_TOKEN", kToken}}};
  EXPECT_EQ(place.of(huggingface_hub).source, "HF_TOKEN");
  EXPECT_EQ(place.of(hf_hub_1).source, "HF_TOKEN");
  const SentToken rust = place.of(hf_hub_0_new);
  EXPECT_FALSE(rust.is_present);
  EXPECT_THAT(rust.why_none, HasSubstr("does not read HF_TOKEN"));
  EXPECT_FALSE(place.of(js).is_present);
}

TEST(Tokens, RustBefore1TakesTheFileBesideItsCache) {
  const Place place{{}, {{"/x/token", {kToken + "\n"}}}};
  const SentToken rust = place.of(hf_hub_0_from_env, "/x/hub");
  EXPECT_TRUE(rust.is_present);
  EXPECT_EQ(rust.source, "/x/token");
  EXPECT_EQ(rust.shape, TokenShape::user);
  EXPECT_THAT(rust.faults, IsEmpty());
}

TEST(Tokens, PythonsOrderIsItsOwn) {
  Place place{{{"HUGGING_FACE_HUB_TOKEN", kToken}}, {{"/h/.cache/huggingface/token", {kToken}}}};
  EXPECT_EQ(place.of(huggingface_hub).source, "HUGGING_FACE_HUB_TOKEN");
  // White space hides the older name, and leads to the file.
  place.variables["HF_TOKEN"] = " ";
  EXPECT_EQ(place.of(huggingface_hub).source, "/h/.cache/huggingface/token");
  place.variables["HF_OIDC_RESOURCE"] = "models/x";
  EXPECT_TRUE(place.of(huggingface_hub).is_exchanged);
  place.variables["HF_HUB_DISABLE_IMPLICIT_TOKEN"] = "1";
  EXPECT_FALSE(place.of(huggingface_hub).is_present);
}

TEST(Tokens, AnyTextSwitchesItOffForHfHub1AndOnlyATrueOneForPython) {
  const Place place{{{"HF_TOKEN", kToken}, {"HF_HUB_DISABLE_IMPLICIT_TOKEN", "0"}}};
  EXPECT_TRUE(place.of(huggingface_hub).is_present);
  EXPECT_FALSE(place.of(hf_hub_1).is_present);
}

TEST(Tokens, ALineEndIsTrimmedByPythonAndBreaksHfHub1) {
  const Place place{{{"HF_TOKEN", kToken + "\n"}}};
  EXPECT_THAT(place.of(huggingface_hub).faults, IsEmpty());
  EXPECT_THAT(place.of(hf_hub_1).faults, ElementsAre(HasSubstr("does not trim")));
}

TEST(Tokens, AFileThatOthersMayReadIsSaid) {
  const Place place{{}, {{"/h/.cache/huggingface/token", {kToken, true}}}};
  EXPECT_THAT(place.of(huggingface_hub).faults, ElementsAre(HasSubstr("other users")));
}

TEST(Tokens, WhatIsOddIsSaidInWordsAndNeverQuoted) {
  EXPECT_THAT(faults_of_token(kToken), IsEmpty());
  EXPECT_THAT(faults_of_token(" " + kToken + "\r\n"), IsEmpty());
  EXPECT_THAT(faults_of_token("\"" + kToken + "\""), ElementsAre(HasSubstr("quotes")));
  EXPECT_THAT(faults_of_token("Bearer " + kToken), ElementsAre(HasSubstr("Bearer")));
  EXPECT_THAT(faults_of_token("${{ secrets.HF_TOKEN }}"), ElementsAre(HasSubstr("expression")));
  EXPECT_THAT(faults_of_token("***"), ElementsAre(HasSubstr("stars")));
  EXPECT_THAT(faults_of_token("hf_a\nb"), ElementsAre(HasSubstr("line break")));
  EXPECT_THAT(faults_of_token("hf_\x01"), ElementsAre(HasSubstr("no header")));
  EXPECT_THAT(faults_of_token("swordfish"), ElementsAre(HasSubstr("does not look like")));
  EXPECT_THAT(faults_of_token(""), IsEmpty());
}

TEST(Tokens, AShapeIsTheWholeText) {
  EXPECT_EQ(shape_of_token(kToken), TokenShape::user);
  EXPECT_EQ(shape_of_token("hf_jwt_" + std::string(20, 'x')), TokenShape::other_known);
  EXPECT_EQ(shape_of_token(kToken + " " + kToken), TokenShape::odd);
  EXPECT_EQ(shape_of_token("hf_short"), TokenShape::odd);
}

}  // namespace
}  // namespace hubward
