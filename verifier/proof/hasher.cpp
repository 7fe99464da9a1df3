#include "verifier/proof/hasher.h"

#include <fmt/core.h>
#include <openssl/evp.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace hubward {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct FreeAlgorithm {
  void operator()(EVP_MD* algorithm) const { EVP_MD_free(algorithm); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;
using Algorithm = std::unique_ptr<EVP_MD, FreeAlgorithm>;

// A libcrypto that cannot hash leaves nothing to verify with: no caller could mend it.
void require(bool done, const char* what) {
  if (!done) throw std::runtime_error(fmt::format("libcrypto: {} failed", what));
}

/// Fetched once a hasher: EVP_sha256() would look it up anew for each of 20,000 small blobs.
Algorithm fetch(const char* name) { return Algorithm(EVP_MD_fetch(nullptr, name, nullptr)); }

const char* name_of(DigestAlgorithm algorithm) {
  switch (algorithm) {
    case DigestAlgorithm::git_sha1: return "SHA1";
    case DigestAlgorithm::sha256: return "SHA256";
  }
  return "";
}

void feed(EVP_MD_CTX* context, const void* data, std::size_t size) {
  require(EVP_DigestUpdate(context, data, size) == 1, "update");
}

Digest end_of(EVP_MD_CTX* context, DigestAlgorithm algorithm) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> raw{};
  unsigned size = 0;
  require(EVP_DigestFinal_ex(context, raw.data(), &size) == 1, "final");
  const auto digest = Digest::from_bytes(algorithm, std::as_bytes(std::span(raw).first(size)));
  require(digest.has_value(), "digest length");
  return *digest;
}

}  // namespace

struct Hasher::State {
  explicit State(DigestAlgorithm which)
      : algorithm(which), method(fetch(name_of(which))), context(EVP_MD_CTX_new()) {
    require(method != nullptr && context != nullptr, name_of(which));
  }

  DigestAlgorithm algorithm;
  Algorithm method;
  Context context;
};

Hasher::Hasher(DigestAlgorithm algorithm) : state_(std::make_unique<State>(algorithm)) { reset(0); }
Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

void Hasher::reset(std::uint64_t size) {
  EVP_MD_CTX* context = state_->context.get();
  require(EVP_DigestInit_ex2(context, state_->method.get(), nullptr) == 1, "init");
  if (state_->algorithm != DigestAlgorithm::git_sha1) return;
  const std::string header = fmt::format("blob {}", size);
  feed(context, header.c_str(), header.size() + 1);  // git's header ends in its NUL
}

void Hasher::update(std::span<const std::byte> bytes) {
  feed(state_->context.get(), bytes.data(), bytes.size());
}

Digest Hasher::finish() { return end_of(state_->context.get(), state_->algorithm); }

Digest Hasher::peek() const {
  const Context copy(EVP_MD_CTX_new());
  require(copy != nullptr && EVP_MD_CTX_copy_ex(copy.get(), state_->context.get()) == 1, "copy");
  return end_of(copy.get(), state_->algorithm);
}

Digest digest_of(DigestAlgorithm algorithm, std::string_view bytes) {
  Hasher hasher(algorithm);
  hasher.reset(bytes.size());
  hasher.update(std::as_bytes(std::span(bytes)));
  return hasher.finish();
}

struct Md5Hasher::State {
  Algorithm method = fetch("MD5");  // nullptr where the system allows approved digests only
  Context context{EVP_MD_CTX_new()};
};

Md5Hasher::Md5Hasher() : state_(std::make_unique<State>()) {
  require(state_->context != nullptr, "MD5");
  if (state_->method == nullptr) return;
  require(EVP_DigestInit_ex2(state_->context.get(), state_->method.get(), nullptr) == 1, "init");
}
Md5Hasher::~Md5Hasher() = default;
Md5Hasher::Md5Hasher(Md5Hasher&&) noexcept = default;
Md5Hasher& Md5Hasher::operator=(Md5Hasher&&) noexcept = default;

void Md5Hasher::update(std::span<const std::byte> bytes) {
  if (state_->method != nullptr) feed(state_->context.get(), bytes.data(), bytes.size());
}

std::string Md5Hasher::finish_hex() {
  if (state_->method == nullptr) return "";
  std::array<unsigned char, EVP_MAX_MD_SIZE> raw{};
  unsigned size = 0;
  require(EVP_DigestFinal_ex(state_->context.get(), raw.data(), &size) == 1, "final");
  std::string hex;
  for (const unsigned char byte : std::span(raw).first(size)) hex += fmt::format("{:02x}", byte);
  return hex;
}

std::string lfs_pointer_text(const Digest& sha256, std::uint64_t size) {
  return fmt::format("version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize {}\n",
                     sha256.hex(), size);
}

}  // namespace hubward
