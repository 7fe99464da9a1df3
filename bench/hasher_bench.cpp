// How many bytes a second one thread hashes: the ceiling of every content verification. Many small
// blobs cost by their number, so that a reset must not allocate.
#include "verifier/proof/hasher.h"

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hubward {
namespace {

void hash(benchmark::State& state, DigestAlgorithm algorithm) {
  const std::vector<std::byte> bytes(static_cast<std::size_t>(state.range(0)), std::byte{7});
  Hasher hasher(algorithm);
  for ([[maybe_unused]] const auto& round : state) {
    hasher.reset(bytes.size());
    hasher.update(bytes);
    benchmark::DoNotOptimize(hasher.finish());
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

BENCHMARK_CAPTURE(hash, sha256, DigestAlgorithm::sha256)->Arg(4096)->Arg(1 << 20);
BENCHMARK_CAPTURE(hash, git_sha1, DigestAlgorithm::git_sha1)->Arg(4096)->Arg(1 << 20);

}  // namespace
}  // namespace hubward
