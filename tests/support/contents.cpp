#include "tests/support/contents.h"

#include "tests/support/digests.h"

#include <stdexcept>
#include <string_view>

namespace hubward::test {
namespace {

std::string little_endian(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) {
    text += static_cast<char>(static_cast<unsigned char>(value >> (8 * i)));
  }
  return text;
}

std::string gguf_string(std::string_view text) {
  return little_endian(text.size(), 8) + std::string(text);
}

}  // namespace

std::string from_hex(const std::string& hex) {
  if (hex.size() % 2 != 0) {
    throw std::runtime_error("odd number of hex digits: " + hex);
  }
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    std::size_t used = 0;
    const int value = std::stoi(hex.substr(i, 2), &used, 16);
    if (used != 2) {
      throw std::runtime_error("no hex digits: " + hex);
    }
    bytes += static_cast<char>(static_cast<unsigned char>(value));
  }
  return bytes;
}

std::string noise(std::size_t size, std::uint64_t seed) {
  std::string bytes;
  bytes.reserve(size + 32);
  for (std::uint64_t block = 0; bytes.size() < size; ++block) {
    bytes += from_hex(sha256_hex(std::to_string(seed) + ":" + std::to_string(block)));
  }
  bytes.resize(size);
  return bytes;
}

std::string safetensors(std::size_t data_size, std::uint64_t seed) {
  const std::string count = std::to_string(data_size);
  std::string header =
      R"({"t":{"dtype":"U8","shape":[)" + count + R"(],"data_offsets":[0,)" + count + "]}}";
  header.resize((header.size() + 7) / 8 * 8, ' ');
  return little_endian(header.size(), 8) + header + noise(data_size, seed);
}

std::string gguf(std::size_t data_size, std::uint64_t seed) {
  if (data_size % 4 != 0) {
    throw std::runtime_error("a GGUF of F32 holds a multiple of four bytes");
  }
  constexpr std::uint64_t kTypeString = 8;
  constexpr std::uint64_t kTensorF32 = 0;
  std::string bytes = "GGUF" + little_endian(3, 4) + little_endian(1, 8) + little_endian(1, 8);
  bytes +=
      gguf_string("general.architecture") + little_endian(kTypeString, 4) + gguf_string("llama");
  bytes += gguf_string("t") + little_endian(1, 4) + little_endian(data_size / 4, 8) +
           little_endian(kTensorF32, 4) + little_endian(0, 8);
  bytes.resize((bytes.size() + 31) / 32 * 32, '\0');
  return bytes + noise(data_size, seed);
}

}  // namespace hubward::test
