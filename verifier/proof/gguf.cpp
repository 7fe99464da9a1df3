// A GGUF file says where its last tensor ends: magic, counts, key-values, a row for each tensor,
// then the tensors' bytes. llama.cpp notices a cut file only when it maps the tensor; a cache that
// was cut is to be told before. Trailing bytes are no fault: loaders pass them by. Source: ggml's
// docs/gguf.md; ggml/src/gguf.cpp; sizes of types: gguf-py 0.17, gguf/constants.py.
#include "verifier/proof/checked.h"
#include "verifier/proof/file_header.h"
#include "verifier/proof/gguf_cursor.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace hubward {
namespace {

constexpr std::string_view kMagic = "GGUF";
constexpr std::uint32_t kNewestVersion = 3;
constexpr std::uint32_t kMaxDimensions = 4;  // GGML_MAX_DIMS
constexpr int kMaxArrayDepth = 8;
constexpr std::string_view kAlignmentKey = "general.alignment";

/// A type's elements come in blocks of a fixed number of bytes.
struct TensorType {
  std::uint32_t id;
  std::uint64_t block;
  std::uint64_t bytes;
};

// 4 and 5 were withdrawn before GGUF. 41 and 42 are left out: forks gave them other layouts than
// ggml did, so no size can be held against a file.
constexpr auto kTensorTypes = std::to_array<TensorType>({
    {0, 1, 4},      {1, 1, 2},      {2, 32, 18},   {3, 32, 20},    {6, 32, 22},    {7, 32, 24},
    {8, 32, 34},    {9, 32, 36},    {10, 256, 84}, {11, 256, 110}, {12, 256, 144}, {13, 256, 176},
    {14, 256, 210}, {15, 256, 292}, {16, 256, 66}, {17, 256, 74},  {18, 256, 98},  {19, 256, 50},
    {20, 32, 18},   {21, 256, 110}, {22, 256, 82}, {23, 256, 136}, {24, 1, 1},     {25, 1, 2},
    {26, 1, 4},     {27, 1, 8},     {28, 1, 8},    {29, 256, 56},  {30, 1, 2},     {31, 32, 18},
    {32, 32, 18},   {33, 32, 18},   {34, 256, 54}, {35, 256, 66},  {36, 32, 18},   {37, 32, 18},
    {38, 32, 18},   {39, 32, 17},   {40, 64, 36},
});

/// Of a metadata value; 0 for text and array, nullopt for a type that is none.
std::optional<std::uint64_t> bytes_of_value(std::uint32_t type) {
  constexpr std::array<std::uint64_t, 13> kBytes = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
  if (type >= kBytes.size()) return std::nullopt;
  return kBytes[type];
}
constexpr std::uint32_t kUint32 = 4;
constexpr std::uint32_t kText = 8;
constexpr std::uint32_t kArray = 9;

class GgufReader {
 public:
  GgufReader(const FileBytes& file, std::uint64_t file_size)
      : cursor_(file, file_size), file_size_(file_size) {}

  Result<HeaderAnswer> read();

 private:
  bool pass_preamble();
  bool pass_metadata();
  bool pass_value(std::uint32_t type, int depth);
  bool pass_tensors();
  bool pass_tensor();
  bool refuse(std::string fault);
  Result<HeaderAnswer> stopped() const;
  HeaderAnswer answer() const;

  GgufCursor cursor_;
  std::uint64_t file_size_;
  std::optional<std::string> fault_;
  bool unjudged_ = false;  // another byte order, a newer version
  std::uint64_t tensors_ = 0;
  std::uint64_t pairs_ = 0;
  std::uint64_t alignment_ = 32;
  std::uint64_t data_size_ = 0;  // to the end of the last tensor whose size is known
  bool all_sizes_known_ = true;
};

bool GgufReader::refuse(std::string fault) {
  fault_ = std::move(fault);
  return false;
}

bool GgufReader::pass_preamble() {
  std::uint32_t version = 0;
  if (!cursor_.skip(kMagic.size()) || !cursor_.read_u32(version)) return false;
  if (version == 0) return refuse("its GGUF version is 0");
  if (version > kNewestVersion) {
    unjudged_ = true;
    return false;
  }
  cursor_.set_version(version);
  return cursor_.read_count(tensors_) && cursor_.read_count(pairs_);
}

bool GgufReader::pass_metadata() {
  for (std::uint64_t i = 0; i < pairs_; ++i) {
    std::string key;
    std::uint32_t type = 0;
    if (!cursor_.read_text(key, kAlignmentKey.size() + 1) || !cursor_.read_u32(type)) return false;
    if (key == kAlignmentKey && type == kUint32) {
      std::uint32_t alignment = 0;
      if (!cursor_.read_u32(alignment)) return false;
      if (alignment == 0 || (alignment & (alignment - 1)) != 0) {
        return refuse(fmt::format("its GGUF alignment is {}, no power of two", alignment));
      }
      alignment_ = alignment;
    } else if (!pass_value(type, 0)) {
      return false;
    }
  }
  return true;
}

bool GgufReader::pass_value(std::uint32_t type, int depth) {
  const auto bytes = bytes_of_value(type);
  if (!bytes) return refuse(fmt::format("its GGUF metadata holds a value of type {}", type));
  if (type == kText) return cursor_.skip_text();
  if (type != kArray) return cursor_.skip(*bytes);

  if (depth == kMaxArrayDepth) return refuse("its GGUF metadata nests arrays too deep");
  std::uint32_t element = 0;
  std::uint64_t count = 0;
  if (!cursor_.read_u32(element) || !cursor_.read_count(count)) return false;
  const auto each = bytes_of_value(element);
  if (!each) return refuse(fmt::format("its GGUF metadata holds a value of type {}", element));
  if (*each != 0) return cursor_.skip(count, *each);
  for (std::uint64_t i = 0; i < count; ++i) {
    if (!pass_value(element, depth + 1)) return false;
  }
  return true;
}

bool GgufReader::pass_tensors() {
  for (std::uint64_t i = 0; i < tensors_; ++i) {
    if (!pass_tensor()) return false;
  }
  return true;
}

bool GgufReader::pass_tensor() {
  std::uint32_t dimensions = 0;
  if (!cursor_.skip_text() || !cursor_.read_u32(dimensions)) return false;
  if (dimensions > kMaxDimensions) {
    return refuse(fmt::format("its GGUF names a tensor of {} dimensions", dimensions));
  }
  std::uint64_t row = 1;
  std::optional<std::uint64_t> rows = 1;
  for (std::uint32_t i = 0; i < dimensions; ++i) {
    std::uint64_t length = 0;
    if (!cursor_.read_count(length)) return false;
    if (i == 0) {
      row = length;
    } else if (rows) {
      rows = checked_multiply(*rows, length);
    }
  }
  std::uint32_t id = 0;
  std::uint64_t offset = 0;
  if (!cursor_.read_u32(id) || !cursor_.read_u64(offset)) return false;

  const auto type = std::ranges::find(kTensorTypes, id, &TensorType::id);
  std::optional<std::uint64_t> end = offset;
  if (type == kTensorTypes.end() || row % type->block != 0) {
    all_sizes_known_ = false;
  } else {
    const auto row_bytes = checked_multiply(row / type->block, type->bytes);
    const auto bytes = row_bytes && rows ? checked_multiply(*row_bytes, *rows) : std::nullopt;
    end = bytes ? checked_add(offset, *bytes) : std::nullopt;
  }
  if (!end) return refuse("its GGUF names a tensor of more than 2^64 bytes");
  data_size_ = std::max(data_size_, *end);
  return true;
}

Result<HeaderAnswer> GgufReader::stopped() const {
  HeaderAnswer answer;
  switch (cursor_.stop()) {
    case GgufCursor::Stop::none: answer.fault = fault_; break;
    case GgufCursor::Stop::file_ends:
      answer.least_size = cursor_.wanted_end();
      answer.fault = fmt::format("has {} bytes, its GGUF header goes on to byte {} at the least",
                                 file_size_, cursor_.wanted_end());
      break;
    case GgufCursor::Stop::limit:
      answer.fault =
          fmt::format("its GGUF metadata is larger than {} bytes", kMaxGgufMetadataBytes);
      break;
    case GgufCursor::Stop::absurd:
      answer.fault = "its GGUF header holds a length that cannot be";
      break;
    case GgufCursor::Stop::io: return tl::unexpected(cursor_.error());
  }
  return answer;
}

HeaderAnswer GgufReader::answer() const {
  HeaderAnswer answer;
  // Without tensors nothing follows the header, and no writer need have padded it.
  const std::uint64_t header_end = cursor_.position();
  const auto data_begin = checked_align(header_end, alignment_);
  const auto end = data_size_ == 0 ? header_end
                   : data_begin    ? checked_add(*data_begin, data_size_)
                                   : std::nullopt;
  const auto padded = end ? checked_align(*end, alignment_) : std::nullopt;
  if (!end || !padded) {
    answer.fault = "its GGUF header asks for more than 2^64 bytes";
    return answer;
  }
  answer.least_size = *end;
  if (*end > file_size_) {
    answer.fault = fmt::format("has {} bytes, its GGUF header asks for {}", file_size_, *end);
  }
  if (!all_sizes_known_) return answer;
  // Writers pad the last tensor, and need not: within the padding any size is right.
  answer.size = file_size_ < *end ? *end : std::min(file_size_, *padded);
  return answer;
}

Result<HeaderAnswer> GgufReader::read() {
  if (!pass_preamble()) return unjudged_ ? HeaderAnswer{} : stopped();
  cursor_.set_limit(kMaxGgufMetadataBytes);
  if (!pass_metadata()) return stopped();
  cursor_.set_limit(cursor_.position() + kMaxGgufMetadataBytes);
  if (!pass_tensors()) return stopped();
  return answer();
}

}  // namespace

Result<HeaderAnswer> read_gguf_header(const FileBytes& file, std::uint64_t file_size) {
  std::string magic(kMagic.size(), '\0');
  HUBWARD_TRY(const std::size_t got, file.read_at(0, std::as_writable_bytes(std::span(magic))));
  magic.resize(got);
  if (magic != kMagic) {
    HeaderAnswer answer;
    answer.fault = "does not begin with the magic of GGUF";
    if (kMagic.starts_with(magic)) answer.least_size = kMagic.size();
    return answer;
  }
  return GgufReader(file, file_size).read();
}

}  // namespace hubward
