#include "tests/support/digests.h"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace hubward::test {
namespace {

std::string hex_digest(const EVP_MD* algorithm, std::string_view head, std::string_view bytes) {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  std::array<unsigned char, EVP_MAX_MD_SIZE> raw{};
  unsigned int length = 0;
  const bool done = context != nullptr && EVP_DigestInit_ex(context, algorithm, nullptr) == 1 &&
                    EVP_DigestUpdate(context, head.data(), head.size()) == 1 &&
                    EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1 &&
                    EVP_DigestFinal_ex(context, raw.data(), &length) == 1;
  EVP_MD_CTX_free(context);
  if (!done) {
    throw std::runtime_error("OpenSSL made no digest");
  }
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (unsigned int i = 0; i < length; ++i) {
    hex += kDigits[raw.at(i) >> 4U];
    hex += kDigits[raw.at(i) & 15U];
  }
  return hex;
}

}  // namespace

std::string git_id(std::string_view bytes) {
  std::string head = "blob " + std::to_string(bytes.size());
  head.push_back('\0');
  return hex_digest(EVP_sha1(), head, bytes);
}

std::string sha256_hex(std::string_view bytes) { return hex_digest(EVP_sha256(), "", bytes); }

std::string md5_hex(std::string_view bytes) { return hex_digest(EVP_md5(), "", bytes); }

std::string lfs_pointer(std::string_view bytes) {
  return "version https://git-lfs.github.com/spec/v1\noid sha256:" + sha256_hex(bytes) + "\nsize " +
         std::to_string(bytes.size()) + "\n";
}

std::string lfs_pointer_git_id(std::string_view bytes) { return git_id(lfs_pointer(bytes)); }

}  // namespace hubward::test
