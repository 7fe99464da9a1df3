#include "verifier/proof/zero_run.h"

#include "verifier/proof/chunk_reader.h"

#include <algorithm>
#include <cstring>

namespace hubward {
namespace {

static_assert(ChunkReader::kChunkBytes % kZeroPageBytes == 0, "chunks hold whole pages");

/// Held against itself, one byte on: as fast as memory is read.
bool is_zero(std::span<const std::byte> bytes) {
  return bytes.front() == std::byte{0} &&
         std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
}

std::uint64_t leading_zeros(std::span<const std::byte> bytes) {
  const auto end = std::ranges::find_if(bytes, [](std::byte b) { return b != std::byte{0}; });
  return static_cast<std::uint64_t>(end - bytes.begin());
}

std::uint64_t trailing_zeros(std::span<const std::byte> bytes) {
  const auto end =
      std::find_if(bytes.rbegin(), bytes.rend(), [](std::byte b) { return b != std::byte{0}; });
  return static_cast<std::uint64_t>(end - bytes.rbegin());
}

/// Follows the run of zeros that ends where reading stands.
class ZeroScan {
 public:
  /// False when the first run is complete.
  bool take(std::span<const std::byte> page) {
    if (is_zero(page)) {
      filled_a_page_ = filled_a_page_ || page.size() == kZeroPageBytes;
      at_ += page.size();
      return true;
    }
    if (filled_a_page_) {
      at_ += leading_zeros(page);
      return false;
    }
    at_ += page.size();
    begin_ = at_ - trailing_zeros(page);
    return true;
  }

  std::optional<ZeroRun> run(bool at_end_of_file) const {
    if (!filled_a_page_ && at_ - begin_ < kZeroPageBytes) return std::nullopt;
    return ZeroRun{.begin = begin_, .end = at_, .at_end_of_file = at_end_of_file};
  }

 private:
  std::uint64_t at_ = 0;
  std::uint64_t begin_ = 0;
  bool filled_a_page_ = false;
};

}  // namespace

Result<std::optional<ZeroRun>> find_zero_run(const FileBytes& file, std::uint64_t size) {
  ZeroScan scan;
  ChunkReader reader(file, 0, size);
  for (;;) {
    HUBWARD_TRY(std::span<const std::byte> chunk, reader.next());
    if (chunk.empty()) return scan.run(true);
    while (!chunk.empty()) {
      const std::size_t page = std::min<std::size_t>(kZeroPageBytes, chunk.size());
      if (!scan.take(chunk.first(page))) return scan.run(false);
      chunk = chunk.subspan(page);
    }
  }
}

}  // namespace hubward
