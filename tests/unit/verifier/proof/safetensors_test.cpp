#include "tests/support/contents.h"
#include "tests/support/memory_file.h"
#include "verifier/proof/file_header.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

namespace hubward {
namespace {

using test::MemoryFile;
using ::testing::HasSubstr;
using ::testing::Optional;

std::string length_of(std::uint64_t value) {
  std::string text;
  for (int i = 0; i < 8; ++i) text += static_cast<char>(static_cast<unsigned char>(value >> 8 * i));
  return text;
}

std::string with_header(const std::string& header, std::size_t data_size) {
  return length_of(header.size()) + header + std::string(data_size, 'd');
}

HeaderAnswer answer_for(const MemoryFile& file) {
  const auto answer = read_safetensors_header(file, file.size());
  EXPECT_TRUE(answer);
  return answer.value_or(HeaderAnswer{});
}

HeaderAnswer answer_for(const std::string& content) { return answer_for(MemoryFile(content)); }

/// The fault of a file with that header and that much data; "" for none.
std::string fault_of(const std::string& header, std::size_t data_size) {
  return answer_for(with_header(header, data_size)).fault.value_or("");
}

TEST(SafetensorsHeader, ASoundFileHasItsOwnSizeAndNoFault) {
  const std::string whole = test::safetensors(1000);
  const HeaderAnswer answer = answer_for(whole);
  EXPECT_EQ(answer.size, whole.size());
  EXPECT_EQ(answer.least_size, whole.size());
  EXPECT_EQ(answer.fault, std::nullopt);
}

TEST(SafetensorsHeader, TensorsMayStandInAnyOrderAndBeEmpty) {
  EXPECT_EQ(fault_of(R"({"__metadata__":{"format":"pt"},)"
                     R"("b":{"dtype":"F32","shape":[2,2],"data_offsets":[3,19]},)"
                     R"("none":{"dtype":"F32","shape":[0,7],"data_offsets":[3,3]},)"
                     R"("scalar":{"dtype":"U8","shape":[],"data_offsets":[19,20]},)"
                     R"("a":{"dtype":"I8","shape":[3],"data_offsets":[0,3]}}   )",
                     20),
            "");
  EXPECT_EQ(fault_of("{}", 0), "");
}

TEST(SafetensorsHeader, CutAtAnyByteItLacksSomething) {
  const std::string whole = test::safetensors(100);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const HeaderAnswer answer = answer_for(whole.substr(0, size));
    EXPECT_TRUE(answer.fault) << size;
    EXPECT_GT(answer.least_size, size);
    EXPECT_TRUE(!answer.size || *answer.size == whole.size()) << size;
  }
}

TEST(SafetensorsHeader, BytesBehindTheLastTensorAreAFault) {
  const std::string whole = test::safetensors(100);
  const HeaderAnswer answer = answer_for(whole + "x");
  EXPECT_EQ(answer.size, whole.size());
  EXPECT_THAT(answer.fault, Optional(HasSubstr("asks for " + std::to_string(whole.size()))));
}

TEST(SafetensorsHeader, MayBe100MillionBytesLongAndNoMore) {
  constexpr std::uint64_t kRoom = 200'000'000;
  const MemoryFile longest(length_of(kMaxSafetensorsHeaderBytes), kRoom);
  EXPECT_THAT(answer_for(longest).fault, Optional(HasSubstr("not JSON")));
  const MemoryFile longer(length_of(kMaxSafetensorsHeaderBytes + 1), kRoom);
  EXPECT_THAT(answer_for(longer).fault, Optional(HasSubstr("over the limit of 100000000")));
  EXPECT_LE(longer.read_up_to(), 8u);
  const MemoryFile absurd(std::string(8, '\xff'), kRoom);
  EXPECT_THAT(answer_for(absurd).fault, Optional(HasSubstr("over the limit")));
  EXPECT_EQ(answer_for(absurd).size, std::nullopt);
}

TEST(SafetensorsHeader, GapsOverlapsAndStretchesOutsideAreFaults) {
  const auto two = [](const std::string& first, const std::string& second) {
    return R"({"a":{"dtype":"U8","shape":[4],"data_offsets":)" + first +
           R"(},"b":{"dtype":"U8","shape":[4],"data_offsets":)" + second + "}}";
  };
  EXPECT_EQ(fault_of(two("[0,4]", "[4,8]"), 8), "");
  EXPECT_THAT(fault_of(two("[0,4]", "[5,9]"), 9), HasSubstr("gap or overlap at data byte 4"));
  EXPECT_THAT(fault_of(two("[0,4]", "[3,7]"), 7), HasSubstr("gap or overlap"));
  EXPECT_THAT(fault_of(two("[1,5]", "[5,9]"), 9), HasSubstr("gap or overlap at data byte 0"));
  EXPECT_THAT(fault_of(two("[0,4]", "[0,4]"), 4), HasSubstr("gap or overlap"));
  EXPECT_THAT(fault_of(two("[0,4]", "[4,8]"), 7), HasSubstr("its safetensors header asks for"));
  EXPECT_THAT(fault_of(two("[0,4]", "[8,4]"), 8), HasSubstr("no stretch of bytes"));
}

TEST(SafetensorsHeader, ShapesAreHeldAgainstOffsets) {
  const auto one = [](const std::string& dtype, const std::string& shape, const std::string& end) {
    return fault_of(R"({"t":{"dtype":")" + dtype + R"(","shape":)" + shape +
                        R"(,"data_offsets":[0,)" + end + "]}}",
                    12);
  };
  for (const char* dtype : {"BF16", "F16", "I16", "U16"}) EXPECT_EQ(one(dtype, "[2,3]", "12"), "");
  for (const char* dtype : {"BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2", "F8_E8M0"}) {
    EXPECT_EQ(one(dtype, "[12]", "12"), "") << dtype;
  }
  EXPECT_EQ(one("F4", "[24]", "12"), "");
  EXPECT_EQ(one("F6_E2M3", "[16]", "12"), "");
  EXPECT_EQ(one("F32", "[3]", "12"), "");
  EXPECT_EQ(one("TYPE_OF_TOMORROW", "[1]", "12"), "");
  EXPECT_THAT(one("F32", "[4]", "12"), HasSubstr("shape that its data_offsets contradict"));
  EXPECT_THAT(one("F4", "[23]", "12"), HasSubstr("contradict"));
  EXPECT_THAT(one("F32", "[-3]", "12"), HasSubstr("whole numbers"));
  EXPECT_THAT(one("F32", "[3.0]", "12"), HasSubstr("whole numbers"));
  EXPECT_THAT(one("U8", "[4294967296,4294967296,12]", "12"), HasSubstr("contradict"))
      << "the product wraps around to a small one";
}

TEST(SafetensorsHeader, OffsetsNear64BitsDoNotWrapAround) {
  const HeaderAnswer answer = answer_for(
      with_header(R"({"t":{"dtype":"X","shape":[],"data_offsets":[0,18446744073709551615]}})", 12));
  EXPECT_EQ(answer.size, std::nullopt);
  EXPECT_THAT(answer.fault, Optional(HasSubstr("more than 2^64")));
}

TEST(SafetensorsHeader, AnythingButAnObjectOfTensorsIsAFault) {
  for (const char* header :
       {"", "[]", "1", "{", "{}x", R"({"t":1})", R"({"t":{}})", R"({"t":{"dtype":"U8"}})",
        R"({"t":{"dtype":1,"shape":[],"data_offsets":[0,1]}})",
        R"({"t":{"dtype":"U8","shape":[1]}})",
        R"({"t":{"dtype":"U8","shape":1,"data_offsets":[0,1]}})",
        R"({"t":{"dtype":"U8","shape":[1],"data_offsets":[0]}})",
        R"({"t":{"dtype":"U8","shape":[1],"data_offsets":[0,"1"]}})", R"({"__metadata__":1})",
        R"({"__metadata__":{"a":1}})"}) {
    EXPECT_NE(fault_of(header, 1), "") << header;
  }
}

TEST(SafetensorsHeader, ATensorsNameIsShownSafely) {
  EXPECT_THAT(fault_of("{\"a\\u001b[31m\":{}}", 0), HasSubstr("\"a\\x1b[31m\" has no dtype"));
}

TEST(SafetensorsHeader, NoFlippedByteCrashesIt) {
  const std::string whole = test::safetensors(64);
  std::mt19937 random(1);
  for (int round = 0; round < 3000; ++round) {
    std::string bytes = whole;
    for (int flips = 0; flips < 3; ++flips) {
      bytes[random() % 80] = static_cast<char>(static_cast<unsigned char>(random()));
    }
    const HeaderAnswer answer = answer_for(bytes);
    EXPECT_TRUE(answer.fault || answer.size == bytes.size());
  }
}

TEST(SafetensorsHeader, AReadErrorIsHandedOn) {
  MemoryFile file(test::safetensors(64));
  file.fail_from(20);
  const auto answer = read_safetensors_header(file, file.size());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::io);
}

}  // namespace
}  // namespace hubward
