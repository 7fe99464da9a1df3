#include <hubward/digest.h>

#include <array>
#include <cstdint>

namespace hubward {
namespace {

constexpr std::size_t size_of(DigestAlgorithm algorithm) {
  return algorithm == DigestAlgorithm::git_sha1 ? 20 : 32;
}

/// -1 for anything but a lowercase hex digit: an uppercase name is a foreign server's. A table,
/// because every blob's name comes this way several times.
constexpr std::array<std::int8_t, 256> kNibbles = [] {
  std::array<std::int8_t, 256> nibbles{};
  nibbles.fill(-1);
  for (int value = 0; value < 16; ++value) {
    nibbles[static_cast<unsigned char>("0123456789abcdef"[value])] =
        static_cast<std::int8_t>(value);
  }
  return nibbles;
}();

int nibble(char c) { return kNibbles[static_cast<unsigned char>(c)]; }

}  // namespace

std::optional<Digest> Digest::from_hex(std::string_view hex) {
  if (hex.size() != 40 && hex.size() != 64) return std::nullopt;
  Digest digest;
  digest.algorithm_ = hex.size() == 40 ? DigestAlgorithm::git_sha1 : DigestAlgorithm::sha256;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = nibble(hex[i]);
    const int low = nibble(hex[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    digest.bytes_[i / 2] = static_cast<std::byte>(high * 16 + low);
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
  for (std::size_t i = 0; i < bytes.size(); ++i) digest.bytes_[i] = bytes[i];
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
