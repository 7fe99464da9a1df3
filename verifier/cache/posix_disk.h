// The Disk of production, on POSIX calls. Private to the room; the rest of hubward knows `Disk`.
//
// Opening "a/b/c" by its path would follow a link that stands for a or b, also one swapped in a
// moment ago. Linux 5.6 has openat2, which refuses links in the whole path in one call; where a
// kernel or a container's seccomp profile refuses openat2 itself, each component is opened from its
// parent.
#pragma once

#include "verifier/cache/disk.h"
#include "verifier/cache/unique_fd.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

/// How a path of several components is opened. Both ways follow nothing.
enum class PathOpening : std::uint8_t {
  one_call,      ///< openat2 while the system allows it, else by_component
  by_component,  ///< one openat for each component
};

class PosixDisk final : public Disk {
 public:
  /// Opens nothing yet: a missing root is told by the first open_folder.
  /// @param root         the cache; its own path may lead through links, they are the user's
  /// @param allow_roots  absolute; the only places that open_allowed leads to
  PosixDisk(std::string root, std::vector<std::string> allow_roots,
            PathOpening opening = PathOpening::one_call);

  Result<std::unique_ptr<Folder>> open_folder(std::string_view path) const override;
  Result<std::unique_ptr<Folder>> open_allowed(std::string_view absolute_path) const override;
  std::unique_ptr<FileStarts> file_starts(std::size_t places) const override;

 private:
  Result<int> root_fd() const;
  Result<std::unique_ptr<Folder>> open_beneath(int base, std::string_view path,
                                               std::string shown) const;
  Result<UniqueFd> open_path(int base, std::string_view path, const std::string& shown) const;

  const std::string root_;
  const std::vector<std::string> allow_roots_;  // without trailing slashes, longest first
  mutable std::atomic<bool> one_call_works_;
  mutable std::mutex root_guard_;
  mutable UniqueFd root_fd_;  // under root_guard_ until open, then never changed
};

}  // namespace hubward
