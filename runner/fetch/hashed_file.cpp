#include "runner/fetch/hashed_file.h"

#include <utility>

namespace hubward {
namespace {

/// Bytes after which the disk is given something to do, so that the sync at the end finds little.
constexpr std::uint64_t kSyncStep = std::uint64_t{16} << 20U;

}  // namespace

HashedFile::HashedFile(PartialFile file, DigestAlgorithm algorithm, std::uint64_t whole,
                       WriteBehind* behind)
    : file_(std::move(file)), hasher_(algorithm), whole_(whole), size_(file_.size()) {
  hasher_.reset(whole_);
  if (behind == nullptr) return;
  lane_.emplace(*behind, [this](std::span<const std::byte> bytes) { write(bytes); });
}

void HashedFile::write(std::span<const std::byte> bytes) {
  if (has_failed_) return;
  hasher_.update(bytes);
  const std::uint64_t before = file_.size();
  if (auto written = file_.append(bytes); !written) {
    error_ = written.error();
    has_failed_ = true;
    return;
  }
  if (before / kSyncStep != file_.size() / kSyncStep) file_.begin_sync();
}

Result<void> HashedFile::read_what_is_there() {
  return file_.read([this](std::span<const std::byte> bytes) { hasher_.update(bytes); });
}

Result<void> HashedFile::append(std::span<const std::byte> bytes) {
  size_ += bytes.size();
  if (lane_) {
    lane_->put(bytes);
  } else {
    write(bytes);
  }
  if (has_failed_) return tl::unexpected(*error_);
  return {};
}

Result<void> HashedFile::restart() {
  settle();
  size_ = 0;
  hasher_.reset(whole_);
  return file_.restart();
}

Result<Digest> HashedFile::finish() {
  settle();
  if (has_failed_) return tl::unexpected(*error_);
  return hasher_.finish();
}

}  // namespace hubward
