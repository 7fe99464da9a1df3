// One stream, by the rounds of libcrypto. EVP has no way in for a state that began elsewhere, so a
// message that was hashed in a lane and is the last one left could not be ended there; the older
// interface, which OpenSSL 3.0 calls deprecated, has its state in the open.
#define OPENSSL_API_COMPAT 0x10100000L
#include "verifier/proof/lanes/kernels.h"

#include <openssl/sha.h>

namespace hubward::lanes {

void sha1_openssl(const unsigned char* const* lanes, std::size_t blocks, std::uint32_t* states,
                  std::size_t stride) {
  SHA_CTX context{};
  SHA1_Init(&context);
  SHA_LONG* const words[] = {&context.h0, &context.h1, &context.h2, &context.h3, &context.h4};
  for (std::size_t i = 0; i < 5; ++i) *words[i] = states[i * stride];
  SHA1_Update(&context, lanes[0], blocks * 64);
  for (std::size_t i = 0; i < 5; ++i) states[i * stride] = *words[i];
}

void sha256_openssl(const unsigned char* const* lanes, std::size_t blocks, std::uint32_t* states,
                    std::size_t stride) {
  SHA256_CTX context{};
  SHA256_Init(&context);
  for (std::size_t i = 0; i < 8; ++i) context.h[i] = states[i * stride];
  SHA256_Update(&context, lanes[0], blocks * 64);
  for (std::size_t i = 0; i < 8; ++i) states[i * stride] = context.h[i];
}

}  // namespace hubward::lanes
