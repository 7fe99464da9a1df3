// Directories opened by where they really lie: beneath the cache root, or under an allowed root
// where a linked folder led. A path that goes through such a link cannot be opened beneath the root
// without following it.
#pragma once

#include "verifier/cache/disk.h"
#include <hubward/result.h>

#include <cstddef>
#include <map>
#include <memory>
#include <string>

namespace hubward {

/// Keeps a few directories open. Not shared between threads.
class RealFolders {
 public:
  /// @param root  the resolved cache root; both borrowed for this object's life
  RealFolders(const Disk& disk, const std::string& root) : disk_(disk), root_(root) {}

  /// @param real  absolute, no component a link
  /// Errors: as Disk's.
  Result<std::shared_ptr<const Folder>> at(const std::string& real);
  /// Opens it anew the next time.
  void forget(const std::string& real);
  /// The same of all, which gives their descriptors back.
  void forget_all();

  /// So many are kept open.
  static constexpr std::size_t kMostOpen = 8;

 private:
  Result<std::unique_ptr<Folder>> open(const std::string& real) const;

  const Disk& disk_;
  const std::string& root_;
  std::map<std::string, std::shared_ptr<const Folder>> open_;
  // The last answer: files are mostly asked for a folder at a time, and comparing long paths that
  // differ at their ends is a good part of what opening a small file costs.
  const std::string* last_path_ = nullptr;  // a key of open_
  std::shared_ptr<const Folder> last_;
};

}  // namespace hubward
