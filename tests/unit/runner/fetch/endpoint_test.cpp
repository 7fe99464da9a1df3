#include "runner/fetch/endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward::test {
namespace {

const std::string kToken = "hf_secret";

Result<Endpoint> chosen(const std::string& variable, std::optional<std::string> configured = {},
                        std::optional<std::string> token = kToken) {
  std::vector<std::string> environment = {"PATH=/bin"};
  if (!variable.empty()) environment.push_back("HF_ENDPOINT=" + variable);
  return choose_endpoint({environment, std::move(configured), std::move(token)});
}

TEST(Endpoint, TheHubGetsTheToken) {
  const auto hub = chosen("");
  ASSERT_TRUE(hub);
  EXPECT_EQ(hub->base.text(), "https://huggingface.co/");
  EXPECT_EQ(hub->token, kToken);
  EXPECT_FALSE(hub->is_mirror);
}

TEST(Endpoint, TheVariablesHostGetsItOverHttpsOrOnThisMachine) {
  EXPECT_EQ(chosen("https://mirror.example/hf/")->token, kToken);
  EXPECT_EQ(chosen("http://127.0.0.1:8000")->token, kToken);
  const auto plain = chosen("http://mirror.example");
  EXPECT_EQ(plain->token, "");
  EXPECT_NE(plain->why_no_token, "");
  EXPECT_TRUE(plain->is_mirror);
}

TEST(Endpoint, OneThatOnlyTheConfigurationNamesGetsNone) {
  const auto configured = chosen("", "https://mirror.example");
  EXPECT_EQ(configured->token, "");
  EXPECT_NE(configured->why_no_token, "");
  EXPECT_EQ(chosen("", "http://127.0.0.1:8000")->token, "");
  EXPECT_EQ(chosen("", "https://huggingface.co")->token, kToken);
  EXPECT_EQ(chosen("https://own.example", "https://mirror.example")->base.host(), "own.example");
}

TEST(Endpoint, ALookalikeHostGetsNoTokenFromTheConfiguration) {
  for (const char* url : {"https://huggingface.co.example", "https://xhuggingface.co",
                          "http://huggingface.co", "https://huggingface.co@evil.example"}) {
    const auto endpoint = chosen("", url);
    EXPECT_TRUE(!endpoint || endpoint->token.empty()) << url;
  }
}

TEST(Endpoint, ATokenThatForgesHeadersIsRefused) {
  for (const char* token : {"hf_a\nX: y", "hf_a\r", "hf a", "hf_\xc3\xa9", "hf_a\x7f"}) {
    EXPECT_FALSE(chosen("", {}, token)) << token;
  }
}

TEST(Endpoint, WhatIsNoUrlIsRefused) {
  for (const char* url : {"huggingface.co", "ftp://a", "https://a?b"}) {
    EXPECT_FALSE(chosen(url)) << url;
  }
}

TEST(Endpoint, APasswordInOneIsNotShown) {
  for (const char* url :
       {"https://me:pass@mirror.example", "https://me:p/a?ss@mirror.example", "me:pass@mirror",
        "https://mirror.example?token=pass", "https://mirror.example/x@y?pass"}) {
    for (const bool is_configured : {false, true}) {
      const auto endpoint = is_configured ? chosen("", url) : chosen(url);
      ASSERT_FALSE(endpoint) << url;
      EXPECT_EQ(endpoint.error().kind, ErrorKind::usage);
      EXPECT_EQ(endpoint.error().what.find("pass@"), std::string::npos) << url;
      EXPECT_EQ(endpoint.error().what.find("=pass"), std::string::npos) << url;
      EXPECT_EQ(endpoint.error().what.find("ss@"), std::string::npos) << url;
    }
  }
}

TEST(Endpoint, UrlsAreSpelledAsTheHubReadsThem) {
  const Endpoint endpoint = *chosen("https://mirror.example/hf/");
  const RepoId model = *RepoId::parse(RepoType::model, "gpt2");
  const RepoId data = *RepoId::parse(RepoType::dataset, "org/rows");
  const CommitId commit = *CommitId::parse(std::string(40, 'c'));
  EXPECT_EQ(endpoint.revision_url(data, *Revision::parse("refs/pr/1")).text(),
            "https://mirror.example/hf/api/datasets/org/rows/revision/refs%2Fpr%2F1");
  EXPECT_EQ(endpoint.tree_url(model, commit).text(),
            "https://mirror.example/hf/api/models/gpt2/tree/" + commit.hex() +
                "?recursive=true&expand=false");
  EXPECT_EQ(endpoint.file_url(model, commit, "a b/c#d?.txt").text(),
            "https://mirror.example/hf/gpt2/resolve/" + commit.hex() + "/a%20b/c%23d%3F.txt");
  EXPECT_EQ(endpoint.file_url(data, commit, "x").text(),
            "https://mirror.example/hf/datasets/org/rows/resolve/" + commit.hex() + "/x");
  EXPECT_EQ(endpoint.page_of(data), "https://mirror.example/hf/datasets/org/rows");
}

}  // namespace
}  // namespace hubward::test
