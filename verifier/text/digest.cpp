#include <hubward/digest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace hubward {
namespace {

constexpr std::size_t size_of(DigestAlgorithm algorithm) {
  return algorithm == DigestAlgorithm::git_sha1 ? 20 : 32;
}

constexpr std::size_t kDigitsAtOnce = 8;

/// Eight digits, the first in the lowest byte.
std::uint64_t digits_at(const char* text) {
  std::uint64_t digits = 0;
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(&digits, text, kDigitsAtOnce);  // g++ 12 makes eight loads of the loop
  } else {
    for (std::size_t i = 0; i < kDigitsAtOnce; ++i) {
      digits |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
    }
  }
  return digits;
}

/// The same number in each of eight bytes.
constexpr std::uint64_t each(std::uint64_t byte) { return byte * 0x0101010101010101U; }

/// The high bit of each byte that is at least `least`, of bytes below 128.
constexpr std::uint64_t at_least(std::uint64_t bytes, char least) {
  return (bytes + each(0x80U - static_cast<unsigned char>(least))) & each(0x80);
}

/// The four bytes that eight hex digits spell, the first in the lowest byte. Nothing when one is
/// none, or an uppercase one, which is a foreign server's. All at once and without a branch: every
/// blob's name comes this way several times.
std::optional<std::uint32_t> four_bytes(std::uint64_t digits) {
  const std::uint64_t letters = at_least(digits, 'a') & ~at_least(digits, 'f' + 1);
  const std::uint64_t numbers = at_least(digits, '0') & ~at_least(digits, '9' + 1);
  if ((digits & each(0x80)) != 0 || (letters | numbers) != each(0x80)) return std::nullopt;
  const std::uint64_t nibbles = (digits & each(0x0f)) + 9 * (letters >> 7U);
  std::uint64_t bytes = (nibbles << 4U | nibbles >> 8U) & 0x00ff00ff00ff00ffU;
  bytes = (bytes | bytes >> 8U) & 0x0000ffff0000ffffU;
  return static_cast<std::uint32_t>(bytes | bytes >> 16U);
}

}  // namespace

std::optional<Digest> Digest::from_hex(std::string_view hex) {
  if (hex.size() != 40 && hex.size() != 64) return std::nullopt;
  Digest digest;
  digest.algorithm_ = hex.size() == 40 ? DigestAlgorithm::git_sha1 : DigestAlgorithm::sha256;
  for (std::size_t i = 0; i < hex.size(); i += kDigitsAtOnce) {
    const auto four = four_bytes(digits_at(hex.data() + i));
    if (!four) return std::nullopt;
    std::byte* const bytes = digest.bytes_.data() + i / 2;
    for (std::size_t byte = 0; byte < 4; ++byte) {
      bytes[byte] = static_cast<std::byte>(*four >> (8 * byte));
    }
  }
  return digest;
}

std::optional<Digest> Digest::from_tagged(std::string_view text) {
  const auto after = [&](std::string_view prefix, std::size_t digits) -> std::optional<Digest> {
    if (!text.starts_with(prefix) || text.size() != prefix.size() + digits) return std::nullopt;
    return from_hex(text.substr(prefix.size()));
  };
  if (auto sha1 = after("sha1:", 40)) return sha1;
  return after("sha256:", 64);
}

std::optional<Digest> Digest::from_bytes(DigestAlgorithm algorithm,
                                         std::span<const std::byte> bytes) {
  if (bytes.size() != size_of(algorithm)) return std::nullopt;
  Digest digest;
  digest.algorithm_ = algorithm;
  std::ranges::copy(bytes, digest.bytes_.begin());
  return digest;
}

std::span<const std::byte> Digest::bytes() const {
  return std::span(bytes_).first(size_of(algorithm_));
}

std::string Digest::hex() const {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(64);
  for (const std::byte byte : bytes()) {
    out.push_back(kDigits[std::to_integer<unsigned>(byte) >> 4]);
    out.push_back(kDigits[std::to_integer<unsigned>(byte) & 15]);
  }
  return out;
}

std::string Digest::tagged() const {
  return (algorithm_ == DigestAlgorithm::git_sha1 ? "sha1:" : "sha256:") + hex();
}

}  // namespace hubward
