// Who else is at work in a cache: the locks that real clients hold, and the files that processes of
// this machine have open.
//
// A lock file that is there is held for as long as we work; none is made, for a repair is to leave
// nothing behind. So this keeps from the rare damage, and is no proof: hf-hub 0.4.0 and the
// JavaScript client lock nothing, and other users' processes show nobody what they have open.
#pragma once

#include "verifier/cache/unique_fd.h"
#include <hubward/result.h>

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hubward {

/// The part of a cache whose locks a path concerns: "models--x", or "blobs/HH" of the shared store.
std::string lock_folder(std::string_view path);

/// A lock file that is there, locked while this lives. One that is not there, or is no plain file,
/// holds nobody up.
class FoundLock {
 public:
  /// Does not wait. nullopt: another process holds it.
  /// @param folder  an open directory
  static std::optional<FoundLock> try_take(int folder, const std::string& name);

  bool is_held() const { return file_.is_open(); }

 private:
  UniqueFd file_;
};

/// flock on `.locks/<folder>/*.lock` and `<folder>/blobs/*.lock`, all that are there. For a folder
/// of the shared store, "blobs/HH", on `blobs/HH/*.lock`.
/// Source: hub-cache-format 2.10.
class HeldLocks {
 public:
  /// Does not wait. Releases all of them when it is destroyed.
  /// @param cache  an open directory
  /// @return       or the path of the lock that another process holds
  static tl::expected<HeldLocks, std::string> try_take(int cache,
                                                       std::span<const std::string> folders);

 private:
  std::vector<FoundLock> locks_;
};

/// The cache itself, against another repair of hubward's: nobody else locks the directory.
/// nullopt: one is at work. Errors: io.
Result<std::optional<UniqueFd>> lock_cache(int cache);

/// What other processes had open when it was made, as far as this user may see.
class OpenFiles {
 public:
  static OpenFiles now();
  /// Of a path in the cache; false when there is no such file.
  bool has(int cache, const std::string& path) const;

 private:
  std::set<std::pair<std::uint64_t, std::uint64_t>> files_;  // device, inode
};

}  // namespace hubward
