#include "verifier/proof/weight_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace hubward {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string refusal_of(const std::string& json) {
  const auto index = parse_weight_index(json);
  if (index) return "none";
  EXPECT_EQ(index.error().kind, ErrorKind::bad_input);
  return index.error().what;
}

TEST(WeightIndex, EachShardIsNamedOnceInOrder) {
  const auto index = parse_weight_index(
      R"({"metadata":{"total_size":3},"weight_map":{"x":"b.safetensors","y":"a.safetensors",)"
      R"("z":"b.safetensors","w":"sub/c.safetensors"}})");
  ASSERT_TRUE(index);
  EXPECT_THAT(index->shards, ElementsAre("a.safetensors", "b.safetensors", "sub/c.safetensors"));
  EXPECT_THAT(index->hostile, IsEmpty());
}

TEST(WeightIndex, NamesThatLeadOutAreKeptApart) {
  const auto index = parse_weight_index(
      R"({"weight_map":{"a":"../x","b":"/etc/passwd","c":"a\\b","d":"","e":"a\u0007b",)"
      R"("f":"good.bin","g":"a/../b","h":"C:\\x"}})");
  ASSERT_TRUE(index);
  EXPECT_THAT(index->shards, ElementsAre("good.bin"));
  EXPECT_THAT(index->hostile,
              ElementsAre("", "../x", "/etc/passwd", "C:\\x", "a\ab", "a/../b", "a\\b"));
}

TEST(WeightIndex, WhatIsNoIndexIsRefusedWithTheReason) {
  EXPECT_THAT(refusal_of("{"), HasSubstr("not JSON"));
  EXPECT_THAT(refusal_of("[]"), HasSubstr("no object \"weight_map\""));
  EXPECT_THAT(refusal_of("{}"), HasSubstr("no object \"weight_map\""));
  EXPECT_THAT(refusal_of(R"({"weight_map":[]})"), HasSubstr("no object"));
  EXPECT_THAT(refusal_of(R"({"weight_map":{}})"), HasSubstr("empty"));
  EXPECT_THAT(refusal_of(R"({"weight_map":{"a":1}})"), HasSubstr("\"a\" names no shard"));
  EXPECT_THAT(refusal_of("{\"weight_map\":{\"a\\u001b\":1}}"), HasSubstr("\"a\\x1b\""));
  const auto nested = [](std::size_t depth) {
    return R"({"a":)" + std::string(depth, '[') + std::string(depth, ']') +
           R"(,"weight_map":{"a":"b"}})";
  };
  EXPECT_EQ(refusal_of(nested(63)), "none");
  EXPECT_THAT(refusal_of(nested(64)), HasSubstr("nested deeper than 64"));
}

TEST(WeightIndex, ALargerTextIsNotParsed) {
  std::string text = R"({"weight_map":{"a":"b"}})";
  text.resize(kMaxIndexBytes + 1, ' ');
  EXPECT_THAT(refusal_of(text), HasSubstr("more than 67108864 bytes"));
}

TEST(WeightIndex, BeyondItsBoundsIsAnotherThingThanMalformed) {
  EXPECT_EQ(beyond_index_bounds(kMaxIndexBytes, ""), std::nullopt);
  EXPECT_THAT(beyond_index_bounds(kMaxIndexBytes + 1, ""), Optional(HasSubstr("64 MiB")));
  const std::string cut = R"({"weight_map":{"a")";
  EXPECT_EQ(beyond_index_bounds(cut.size(), cut), std::nullopt);
  const std::string deep(65, '[');
  EXPECT_THAT(beyond_index_bounds(deep.size(), deep), Optional(HasSubstr("deeper than 64")));
}

}  // namespace
}  // namespace hubward
