// The two identities a Hub file can have, and their spelling.
//
// A blob's file name is 40 lowercase hex digits when it is the git blob id of the content (SHA-1 of
// "blob <size>\0" followed by the bytes), 64 when it is the plain SHA-256 (LFS and Xet files).
// Source: hub-cache-format 3.1; huggingface_hub 1.x, file_download.py (the ETag becomes the name).
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hubward {

enum class DigestAlgorithm : std::uint8_t { git_sha1, sha256 };

/// Algorithm and bytes. An *oid* is a Digest that someone claims (a file name, a listing, a lock).
/// A value; safe to copy between threads.
class Digest {
 public:
  /// 40 or 64 lowercase hex digits; anything else, uppercase included, is nullopt.
  static std::optional<Digest> from_hex(std::string_view hex);

  /// "sha1:<40 hex>" or "sha256:<64 hex>", the spelling of the lock file.
  static std::optional<Digest> from_tagged(std::string_view text);

  /// @param bytes exactly 20 for git_sha1, 32 for sha256; other lengths give nullopt
  static std::optional<Digest> from_bytes(DigestAlgorithm algorithm,
                                          std::span<const std::byte> bytes);

  DigestAlgorithm algorithm() const { return algorithm_; }
  std::span<const std::byte> bytes() const;

  std::string hex() const;
  std::string tagged() const;

  friend auto operator<=>(const Digest&, const Digest&) = default;
  friend bool operator==(const Digest&, const Digest&) = default;

 private:
  Digest() = default;

  DigestAlgorithm algorithm_ = DigestAlgorithm::git_sha1;
  std::array<std::byte, 32> bytes_{};  // the unused tail of a SHA-1 stays zero
};

}  // namespace hubward
