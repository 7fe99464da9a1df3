// Digests of streamed bytes, by OpenSSL's EVP.
//
// A git blob id is SHA-1 over "blob <size>\0" and the content, so its size must be known before the
// first byte: a file that grows while it is read can never match by accident.
#pragma once

#include <hubward/digest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace hubward {

/// One digest in the making. Reusable through reset; not shared between threads.
class Hasher {
 public:
  explicit Hasher(DigestAlgorithm algorithm);
  ~Hasher();
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;

  /// Starts over. @param size the whole content's length in bytes (used by git_sha1 only)
  void reset(std::uint64_t size);
  void update(std::span<const std::byte> bytes);
  /// Ends the stream; reset before the next use.
  Digest finish();
  /// The digest of what came so far, without ending the stream (for prefixes; meaningful for
  /// sha256).
  Digest peek() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Digest digest_of(DigestAlgorithm algorithm, std::string_view bytes);

/// MD5 of a stream: the third name a blob may be explained by, given by S3-like mirrors.
class Md5Hasher {
 public:
  Md5Hasher();
  ~Md5Hasher();
  Md5Hasher(Md5Hasher&&) noexcept;
  Md5Hasher& operator=(Md5Hasher&&) noexcept;
  void update(std::span<const std::byte> bytes);
  /// 32 lowercase hex digits; empty where libcrypto offers no MD5 (FIPS).
  std::string finish_hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The canonical git-LFS pointer text for a content: three lines, each ended by LF.
/// Source: hub-cache-format 2.7 (checked there on a live entry).
std::string lfs_pointer_text(const Digest& sha256, std::uint64_t size);

}  // namespace hubward
