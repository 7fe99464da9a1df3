#include "verifier/text/repo_path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hubward {
namespace {

using testing::Eq;
using testing::HasSubstr;
using testing::Optional;

/// "a/a/…" with that many parts.
std::string nested(std::size_t parts) {
  std::string path = "a";
  for (std::size_t i = 1; i < parts; ++i) path += "/a";
  return path;
}

/// A path of that many bytes in parts of at most 200.
std::string long_path(std::size_t bytes) {
  std::string path;
  while (path.size() < bytes) path += path.size() % 201 == 200 ? '/' : 'a';
  if (path.back() == '/') path.back() = 'a';
  return path;
}

TEST(RepoPath, OrdinaryAndOddNamesAreFine) {
  for (const char* path :
       {"config.json", "onnx/model.onnx", "my weights #2.bin", "..a", "a..", "...",
        "größe/模型.bin", "ab:c.txt", "sub/c:x", "-rf", "~", "%2e%2e", "a/..b/c"}) {
    EXPECT_EQ(fault_of_seen_path(path), std::nullopt) << path;
    EXPECT_EQ(fault_of_listed_path(path), std::nullopt) << path;
  }
}

TEST(RepoPath, ControlBytesAreAFaultEverywhere) {
  EXPECT_THAT(fault_of_seen_path("a\nb"), Optional(HasSubstr("\\x0a")));
  EXPECT_THAT(fault_of_seen_path("a\x7f"), Optional(HasSubstr("\\x7f")));
  EXPECT_THAT(fault_of_listed_path("a\x1b[0m"), Optional(HasSubstr("\\x1b")));
  EXPECT_THAT(fault_of_listed_path(std::string_view("a\0b", 3)), Optional(HasSubstr("\\x00")));
}

TEST(RepoPath, WaysOutOnWindowsAreAFaultEverywhere) {
  for (const char* path : {"..\\evil", "a/..\\evil", "a\\..\\b", "C:", "C:\\x", "c:/x", "C:x",
                           "a/C:\\x", "\\\\server\\share", "\\\\?\\C:\\x", "a/\\\\server"}) {
    EXPECT_NE(fault_of_seen_path(path), std::nullopt) << path;
    EXPECT_NE(fault_of_listed_path(path), std::nullopt) << path;
  }
}

TEST(RepoPath, ABackslashAloneIsAFaultOnlyInListings) {
  EXPECT_EQ(fault_of_seen_path("a\\b"), std::nullopt);
  EXPECT_THAT(fault_of_listed_path("a\\b"), Optional(HasSubstr("backslash")));
}

TEST(RepoPath, ListedPathsAreRelativeAndHaveOrdinaryParts) {
  EXPECT_THAT(fault_of_listed_path(""), Optional(Eq("is empty")));
  EXPECT_THAT(fault_of_listed_path("/etc/passwd"), Optional(Eq("is absolute")));
  EXPECT_THAT(fault_of_listed_path("a//b"), Optional(Eq("has an empty part")));
  EXPECT_THAT(fault_of_listed_path("a/"), Optional(Eq("has an empty part")));
  EXPECT_THAT(fault_of_listed_path("../a"), Optional(Eq("has a \"..\" part")));
  EXPECT_THAT(fault_of_listed_path("a/.."), Optional(Eq("has a \"..\" part")));
  EXPECT_THAT(fault_of_listed_path("./a"), Optional(Eq("has a \".\" part")));
  EXPECT_THAT(fault_of_listed_path("a/./b"), Optional(Eq("has a \".\" part")));
}

TEST(RepoPath, ANameMayHave255Bytes) {
  const std::string longest(kMaxNameBytes, 'a');
  EXPECT_EQ(fault_of_seen_path("x/" + longest), std::nullopt);
  EXPECT_EQ(fault_of_listed_path(longest), std::nullopt);
  EXPECT_THAT(fault_of_seen_path("x/" + longest + "a"), Optional(HasSubstr("256")));
  EXPECT_THAT(fault_of_listed_path(longest + "a"), Optional(HasSubstr("256")));
}

TEST(RepoPath, APathMayHave4096Bytes) {
  ASSERT_EQ(long_path(kMaxPathBytes).size(), kMaxPathBytes);
  EXPECT_EQ(fault_of_seen_path(long_path(kMaxPathBytes)), std::nullopt);
  EXPECT_EQ(fault_of_listed_path(long_path(kMaxPathBytes)), std::nullopt);
  EXPECT_THAT(fault_of_seen_path(long_path(kMaxPathBytes + 1)), Optional(HasSubstr("4097")));
  EXPECT_THAT(fault_of_listed_path(long_path(kMaxPathBytes + 1)), Optional(HasSubstr("4097")));
}

TEST(RepoPath, ASeenPathMayBe32Deep) {
  EXPECT_EQ(fault_of_seen_path(nested(kMaxPathDepth)), std::nullopt);
  EXPECT_THAT(fault_of_seen_path(nested(kMaxPathDepth + 1)),
              Optional(HasSubstr("32 folders deep")));
}

TEST(RepoPath, AListedPathIsCountedWhereItWillStand) {
  EXPECT_EQ(fault_of_listed_path(nested(kMaxPathDepth - 2)), std::nullopt);
  EXPECT_THAT(fault_of_listed_path(nested(kMaxPathDepth - 1)),
              Optional(HasSubstr("32 folders deep")));
}

TEST(RepoPath, AnOrdinaryNameIsAtFaultNowhere) {
  // Every name of up to three of these bytes, as a first and as an inner part.
  const std::string bytes = "aZ.:\\\t\x7f\xc3";
  std::vector<std::string> names = {""};
  for (std::size_t at = 0; at < names.size() && names[at].size() < 3; ++at) {
    for (const char byte : bytes) names.push_back(names[at] + byte);
  }
  std::size_t ordinary = 0;
  for (const std::string& name : names) {
    if (name.empty() || !is_ordinary_name(name)) continue;
    EXPECT_EQ(fault_of_seen_path(name), std::nullopt) << name;
    EXPECT_EQ(fault_of_seen_path("blobs/" + name), std::nullopt) << name;
    ++ordinary;
  }
  EXPECT_GT(ordinary, 50u);
  EXPECT_TRUE(is_ordinary_name(std::string(kMaxNameBytes, 'a')));
  EXPECT_FALSE(is_ordinary_name(std::string(kMaxNameBytes + 1, 'a')));
}

}  // namespace
}  // namespace hubward
