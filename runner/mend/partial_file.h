// A file in the making in a repo's blobs/: `<stem>.<8 hex>.incomplete`, the name that
// huggingface_hub >= 1.18 gives its own and `hf cache prune` sweeps. It never has a blob's name
// before its bytes are known to be right: publish() gives it one by a rename.
#pragma once

#include "verifier/cache/disk.h"
#include "verifier/cache/unique_fd.h"
#include <hubward/result.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

/// "<stem>.<8 hex>.incomplete", by chance.
std::string partial_name(std::string_view stem);

/// What the partial files of a folder are partial files of, sorted, none twice.
std::vector<std::string> partial_stems(int blobs);

class PartialFile {
 public:
  /// @param blobs  an open directory; borrowed for the PartialFile's life
  /// @param place  what a person calls that directory
  /// Errors: io, as all of its errors with the path beneath `place`.
  static Result<PartialFile> create(int blobs, std::string_view stem, std::string_view place);

  /// One that a killed download of the same stem has left, renamed so that nobody else takes it.
  /// Only for who holds the stem's lock. A writer that ignores locks may still write into it, which
  /// only makes its digest wrong. nullopt when there is none of at most `most` bytes.
  static std::optional<PartialFile> take_over(int blobs, std::string_view stem, std::uint64_t most,
                                              std::string_view place);

  /// Closes it. What has bytes stays, to be taken over by a later download.
  ~PartialFile();
  PartialFile(PartialFile&&) noexcept;
  PartialFile& operator=(PartialFile&&) = delete;

  std::uint64_t size() const { return size_; }
  Result<void> append(std::span<const std::byte> bytes);
  /// Back to no bytes.
  Result<void> restart();
  /// Tells all bytes that are there. Errors: io.
  Result<void> read(const std::function<void(std::span<const std::byte>)>& take) const;
  /// Appends all of it to another. Errors: io.
  Result<void> copy_to(PartialFile& other) const;
  /// Lets the system begin to write to the disk what it holds of this file; waits for nothing.
  void begin_sync() const;
  /// Syncs it and gives it its name, replacing what had it. That name is on the disk once the
  /// folder is synced. Errors: io.
  Result<void> publish(int folder, const std::string& name);
  void remove();
  /// As it is now; nullopt where the system does not say.
  std::optional<FileIdentity> identity() const;

 private:
  PartialFile(int blobs, std::string name, std::string_view place, UniqueFd file)
      : blobs_(blobs), name_(std::move(name)), place_(place), file_(std::move(file)) {}
  tl::unexpected<Error> failed(std::string_view what, int error) const;

  int blobs_;
  std::string name_;  ///< empty once published or removed
  std::string place_;
  UniqueFd file_;
  std::uint64_t size_ = 0;
};

}  // namespace hubward
