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

/// Keeps the last few directories open. Not shared between threads.
class RealFolders {
 public:
  /// @param root  the resolved cache root; both borrowed for this object's life
  RealFolders(const Disk& disk, const std::string& root) : disk_(disk), root_(root) {}

  /// @param real  absolute, no component a link
  /// @return      borrowed until the next call. Errors: as Disk's.
  Result<const Folder*> at(const std::string& real);
  /// Opens it anew the next time.
  void forget(const std::string& real) { open_.erase(real); }

 private:
  const Disk& disk_;
  const std::string& root_;
  std::map<std::string, std::unique_ptr<Folder>> open_;
};

}  // namespace hubward
