#include "tests/fuzz/door.h"
#include "tests/fuzz/promise.h"
#include "tests/support/lane_mix.h"
#include "verifier/proof/hasher.h"

#include <cstddef>
#include <string>
#include <vector>

namespace hubward::fuzz {
namespace {

/// Numbers out of bytes; zeros once they are used up.
class Numbers {
 public:
  explicit Numbers(std::string_view bytes) : bytes_(bytes) {}

  std::size_t below(std::size_t limit) {
    const std::size_t high = next();
    return (high * 256 + next()) % limit;
  }

 private:
  std::size_t next() { return at_ < bytes_.size() ? static_cast<unsigned char>(bytes_[at_++]) : 0; }

  std::string_view bytes_;
  std::size_t at_ = 0;
};

constexpr std::size_t kMostContents = 24;
constexpr std::size_t kLongestContent = 300;  // some blocks, and a padding of each kind

/// The bytes over and over, from another place on for each content.
std::string content(std::string_view bytes, std::size_t length, std::size_t from) {
  std::string text(bytes.substr(from));
  while (text.size() < length) text += bytes;
  text.resize(length);
  return text;
}

}  // namespace

void open_lanes(std::string_view bytes) {
  if (bytes.empty()) return;
  Numbers numbers(bytes);
  std::vector<std::string> contents(1 + numbers.below(kMostContents));
  for (std::string& text : contents) {
    text = content(bytes, numbers.below(kLongestContent), numbers.below(bytes.size()));
  }
  const std::size_t longest_piece = 1 + numbers.below(kLongestContent);
  const std::size_t width = 1 + numbers.below(kMostLanes);
  const auto algorithm =
      numbers.below(2) == 0 ? DigestAlgorithm::git_sha1 : DigestAlgorithm::sha256;
  const auto kernels = lane_kernels(algorithm);
  const LaneKernel& kernel = kernels[numbers.below(kernels.size())];
  const auto digests =
      test::hash_mix(LanePlan({kernel}),
                     {.algorithm = algorithm,
                      .width = width,
                      .next_piece = [&] { return 1 + numbers.below(longest_piece); }},
                     contents);
  for (std::size_t i = 0; i < contents.size(); ++i) {
    promise(digests[i] == digest_of(algorithm, contents[i]),
            std::string(kernel.name) + " gives the digest that EVP gives");
  }
}

}  // namespace hubward::fuzz
