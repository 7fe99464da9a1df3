#include "tests/support/contents.h"
#include "tests/support/memory_file.h"
#include "verifier/proof/file_header.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <string>

namespace hubward {
namespace {

using test::MemoryFile;
using ::testing::HasSubstr;
using ::testing::Optional;

constexpr std::uint64_t kLargest = std::numeric_limits<std::uint64_t>::max();
enum : std::uint32_t { kUint8 = 0, kUint32 = 4, kText = 8, kArray = 9, kFloat64 = 12 };
enum : std::uint32_t { kF32 = 0, kQ4K = 12, kQ8 = 8 };

/// Writes the fields of a GGUF; counts as wide as the version has them.
class Writer {
 public:
  explicit Writer(std::uint32_t version = 3) : version_(version) {}

  static Writer with_counts(std::uint64_t tensors, std::uint64_t pairs, std::uint32_t version = 3) {
    Writer writer(version);
    writer.bytes_ = "GGUF";
    writer.u32(version).count(tensors).count(pairs);
    return writer;
  }

  Writer& little_endian(std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) {
      bytes_ += static_cast<char>(static_cast<unsigned char>(value >> 8 * i));
    }
    return *this;
  }
  Writer& u32(std::uint32_t value) { return little_endian(value, 4); }
  Writer& u64(std::uint64_t value) { return little_endian(value, 8); }
  Writer& count(std::uint64_t value) { return little_endian(value, version_ == 1 ? 4 : 8); }
  Writer& text(const std::string& text) {
    count(text.size());
    bytes_ += text;
    return *this;
  }
  Writer& tensor(const std::vector<std::uint64_t>& shape, std::uint32_t type,
                 std::uint64_t offset) {
    text("t").u32(static_cast<std::uint32_t>(shape.size()));
    for (const std::uint64_t length : shape) count(length);
    return u32(type).u64(offset);
  }
  Writer& align(std::size_t alignment = 32) {
    bytes_.resize((bytes_.size() + alignment - 1) / alignment * alignment, '\0');
    return *this;
  }
  Writer& data(std::size_t size) {
    bytes_ += std::string(size, 'd');
    return *this;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::uint32_t version_;
  std::string bytes_;
};

HeaderAnswer answer_for(const MemoryFile& file) {
  const auto answer = read_gguf_header(file, file.size());
  EXPECT_TRUE(answer);
  return answer.value_or(HeaderAnswer{});
}
HeaderAnswer answer_for(const std::string& bytes) { return answer_for(MemoryFile(bytes)); }
HeaderAnswer answer_for(const Writer& writer) { return answer_for(writer.bytes()); }

/// One of every kind of metadata, then one tensor.
Writer full(std::uint32_t version) {
  Writer writer = Writer::with_counts(1, 6, version);
  writer.text("byte").u32(kUint8).little_endian(7, 1);
  writer.text("wide").u32(kFloat64).u64(7);
  writer.text("text").u32(kText).text("value");
  writer.text("numbers").u32(kArray).u32(kUint32).count(3).u32(1).u32(2).u32(3);
  writer.text("texts").u32(kArray).u32(kText).count(2).text("a").text("");
  writer.text("arrays").u32(kArray).u32(kArray).count(1).u32(kUint8).count(2).little_endian(0, 2);
  return writer.tensor({5, 3}, kF32, 0).align().data(5 * 3 * 4);
}

TEST(GgufHeader, ASoundFileOfEachVersionHasItsOwnSize) {
  for (const std::uint32_t version : {1u, 2u, 3u}) {
    const Writer writer = full(version);
    const HeaderAnswer answer = answer_for(writer);
    EXPECT_EQ(answer.size, writer.bytes().size()) << version;
    EXPECT_EQ(answer.least_size, writer.bytes().size()) << version;
    EXPECT_EQ(answer.fault, std::nullopt) << version;
  }
}

TEST(GgufHeader, CutAtAnyByteItLacksSomething) {
  for (const std::uint32_t version : {1u, 2u, 3u}) {
    const std::string whole = full(version).bytes();
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const HeaderAnswer answer = answer_for(whole.substr(0, size));
      EXPECT_TRUE(answer.fault) << version << " " << size;
      EXPECT_GT(answer.least_size, size) << version;
      EXPECT_TRUE(!answer.size || *answer.size == whole.size()) << version << " " << size;
    }
  }
}

TEST(GgufHeader, PaddingBehindTheLastTensorMayBeThereOrNot) {
  const Writer exact = full(3);
  ASSERT_NE(exact.bytes().size() % 32, 0u);
  Writer padded = exact;
  padded.align();
  EXPECT_EQ(answer_for(padded).size, padded.bytes().size());
  EXPECT_EQ(answer_for(padded).fault, std::nullopt);
  Writer longer = padded;
  longer.data(1);
  EXPECT_EQ(answer_for(longer).size, padded.bytes().size());
  EXPECT_EQ(answer_for(longer).least_size, exact.bytes().size());
  EXPECT_EQ(answer_for(longer).fault, std::nullopt) << "loaders pass trailing bytes by";
}

TEST(GgufHeader, TheAlignmentInTheMetadataMovesTheData) {
  const auto aligned = [](std::uint32_t alignment) {
    Writer writer = Writer::with_counts(1, 1);
    writer.text("general.alignment").u32(kUint32).u32(alignment);
    return writer.tensor({4}, kF32, 0);
  };
  Writer writer = aligned(1024);
  writer.align(1024).data(16);
  EXPECT_EQ(answer_for(writer).least_size, 1024u + 16);
  EXPECT_EQ(answer_for(writer).fault, std::nullopt);
  EXPECT_THAT(answer_for(aligned(0).data(4096)).fault, Optional(HasSubstr("alignment is 0")));
  EXPECT_THAT(answer_for(aligned(33).data(4096)).fault, Optional(HasSubstr("no power of two")));
}

TEST(GgufHeader, WithoutTensorsTheFileMayEndWithItsHeader) {
  const Writer writer = Writer::with_counts(0, 0);
  EXPECT_EQ(answer_for(writer).size, writer.bytes().size());
  EXPECT_EQ(answer_for(writer).fault, std::nullopt);
}

TEST(GgufHeader, TheTensorThatEndsLastDecides) {
  Writer writer = Writer::with_counts(2, 0);
  writer.tensor({8}, kF32, 64).tensor({8}, kF32, 0).align().data(96);
  EXPECT_EQ(answer_for(writer).size, writer.bytes().size());
  EXPECT_EQ(answer_for(writer).fault, std::nullopt);
  EXPECT_TRUE(answer_for(writer.bytes().substr(0, writer.bytes().size() - 1)).fault);
}

TEST(GgufHeader, BlocksOfQuantizedTypesAreCountedByTheRow) {
  struct Case {
    std::uint32_t type;
    std::vector<std::uint64_t> shape;
    std::uint64_t bytes;
  };
  for (const Case& row :
       {Case{1, {3}, 6}, Case{2, {64, 2}, 72}, Case{kQ8, {32, 5}, 170}, Case{11, {256}, 110},
        Case{kQ4K, {512, 2, 3}, 1728}, Case{14, {256}, 210}, Case{23, {256}, 136},
        Case{30, {7}, 14}, Case{39, {32}, 17}, Case{40, {64}, 36}}) {
    Writer writer = Writer::with_counts(1, 0);
    writer.tensor(row.shape, row.type, 0).align();
    const std::size_t header = writer.bytes().size();
    EXPECT_EQ(answer_for(writer).least_size, header + row.bytes) << row.type;
    writer.data(row.bytes);
    EXPECT_EQ(answer_for(writer).fault, std::nullopt) << row.type;
  }
}

TEST(GgufHeader, ATypeWithoutKnownSizeMakesNoFaultAndNoSize) {
  for (const std::uint32_t type : {4u, 5u, 41u, 1000u}) {
    Writer writer = Writer::with_counts(1, 0);
    writer.tensor({8}, type, 0).align().data(1);
    EXPECT_EQ(answer_for(writer).fault, std::nullopt) << type;
    EXPECT_EQ(answer_for(writer).size, std::nullopt) << type;
  }
  Writer uneven = Writer::with_counts(1, 0);
  uneven.tensor({31}, kQ8, 0).align().data(1);
  EXPECT_EQ(answer_for(uneven).fault, std::nullopt);
  EXPECT_EQ(answer_for(uneven).size, std::nullopt);
}

TEST(GgufHeader, OtherByteOrdersAndNewerVersionsAreNotJudged) {
  for (const std::string& start :
       {std::string("GGUF\0\0\0\3", 8), std::string("GGUF\4\0\0\0", 8)}) {
    const HeaderAnswer answer = answer_for(start + std::string(100, 'x'));
    EXPECT_EQ(answer.fault, std::nullopt);
    EXPECT_EQ(answer.size, std::nullopt);
  }
  EXPECT_TRUE(answer_for(std::string("GGUF\0\0\0\0", 8) + std::string(100, 'x')).fault);
}

TEST(GgufHeader, AnotherMagicIsAFault) {
  EXPECT_THAT(answer_for(std::string("GGUX") + std::string(100, '\0')).fault,
              Optional(HasSubstr("magic")));
  EXPECT_TRUE(answer_for("").fault);
}

TEST(GgufHeader, MetadataMayBe64MiBAndNoMore) {
  const auto with_text_up_to = [](std::uint64_t end) {
    Writer writer = Writer::with_counts(0, 1);
    writer.text("k").u32(kText);
    writer.u64(end - writer.bytes().size() - 8);
    return answer_for(MemoryFile(writer.bytes(), 3 * kMaxGgufMetadataBytes));
  };
  EXPECT_EQ(with_text_up_to(kMaxGgufMetadataBytes).fault, std::nullopt);
  EXPECT_THAT(with_text_up_to(kMaxGgufMetadataBytes + 1).fault,
              Optional(HasSubstr("larger than 67108864")));
}

TEST(GgufHeader, RowsOfTensorsMayBe64MiBAndNoMore) {
  const auto with_name_of = [](std::uint64_t extra) {
    constexpr std::uint64_t kRest = 8 + 4 + 4 + 8;
    Writer writer = Writer::with_counts(1, 0);
    writer.u64(kMaxGgufMetadataBytes - kRest + extra);
    return answer_for(MemoryFile(writer.bytes(), 3 * kMaxGgufMetadataBytes));
  };
  EXPECT_EQ(with_name_of(0).fault, std::nullopt);
  EXPECT_THAT(with_name_of(1).fault, Optional(HasSubstr("larger than 67108864")));
}

TEST(GgufHeader, AbsurdCountsEndWithTheFile) {
  constexpr std::size_t kRoom = 1000;
  EXPECT_TRUE(answer_for(Writer::with_counts(kLargest, 0).data(kRoom)).fault);
  EXPECT_TRUE(answer_for(Writer::with_counts(0, kLargest).data(kRoom)).fault);
  const auto metadata = [] {
    Writer writer = Writer::with_counts(0, 1);
    return writer.text("k");
  };
  EXPECT_TRUE(answer_for(metadata().u32(kText).u64(kLargest).data(kRoom)).fault);
  EXPECT_TRUE(answer_for(metadata().u32(kArray).u32(kText).u64(kLargest).data(kRoom)).fault);
  EXPECT_THAT(answer_for(metadata().u32(kArray).u32(kFloat64).u64(kLargest).data(kRoom)).fault,
              Optional(HasSubstr("a length that cannot be")));
  EXPECT_THAT(answer_for(metadata().u32(13).data(kRoom)).fault,
              Optional(HasSubstr("value of type 13")));
  Writer deep = metadata().u32(kArray);
  for (int i = 0; i < 50; ++i) deep.u32(kArray).u64(1);
  EXPECT_THAT(answer_for(deep.data(kRoom)).fault, Optional(HasSubstr("too deep")));
}

TEST(GgufHeader, TensorsBeyond64BitsDoNotWrapAround) {
  const auto tensor = [](const std::vector<std::uint64_t>& shape, std::uint64_t offset) {
    Writer writer = Writer::with_counts(1, 0);
    return answer_for(writer.tensor(shape, kF32, offset).align().data(4096)).fault;
  };
  constexpr std::uint64_t kHalf = std::uint64_t{1} << 32;
  EXPECT_TRUE(tensor({kHalf, kHalf}, 0));
  EXPECT_TRUE(tensor({std::uint64_t{1} << 62}, 0));
  EXPECT_TRUE(tensor({4}, kLargest - 15));
  EXPECT_TRUE(tensor({4}, kLargest - 40));
  EXPECT_THAT(tensor({1, 1, 1, 1, 1}, 0), Optional(HasSubstr("5 dimensions")));
  EXPECT_EQ(tensor({4, 1, 1, 1}, 0), std::nullopt);
}

TEST(GgufHeader, NoFlippedByteCrashesIt) {
  const std::string whole = full(3).bytes();
  std::mt19937 random(1);
  for (int round = 0; round < 5000; ++round) {
    std::string bytes = whole;
    for (int flips = 0; flips < 3; ++flips) {
      bytes[4 + random() % (whole.size() - 4)] =
          static_cast<char>(static_cast<unsigned char>(random()));
    }
    const HeaderAnswer answer = answer_for(bytes);
    EXPECT_TRUE(answer.fault || answer.least_size <= bytes.size());
  }
}

TEST(GgufHeader, AReadErrorIsHandedOn) {
  MemoryFile file(full(3).bytes(), 1'000'000);
  file.fail_from(5);
  const auto answer = read_gguf_header(file, file.size());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::io);
}

}  // namespace
}  // namespace hubward
