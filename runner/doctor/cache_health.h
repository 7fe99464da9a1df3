// How a cache fares as a place on a disk, whatever lies in it: whose it is, who may read it, what
// kind of file system carries it, which layouts the clients have left, and what a killed download
// did not clear up. Facts alone; what is wrong with the content is a verification's to say.
#pragma once

#include "runner/doctor/file_system.h"
#include "verifier/cache/cache_model.h"
#include <hubward/result.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hubward {

/// Files by how their bytes are stored.
struct LayoutCounts {
  std::uint64_t links = 0;     ///< to blobs of the repo
  std::uint64_t copies = 0;    ///< plain files, where links are not to be had
  std::uint64_t shared = 0;    ///< whose bytes lie in the store that repos share
  std::uint64_t listings = 0;  ///< trees/<commit>.json
};

/// Of the folders and blobs of the cache.
struct Ownership {
  std::uint32_t owner = 0;       ///< of the cache's own folder: a user id
  std::string mode;              ///< its mode, "0755"
  std::uint64_t foreign = 0;     ///< nodes of another owner than that
  std::string first_foreign;     ///< from the cache root, raw bytes
  std::uint64_t unreadable = 0;  ///< that this user may not read
  std::string first_unreadable;
  std::uint64_t closed_folders = 0;  ///< folders that this user may not write into
  std::string first_closed;
};

struct LockFiles {
  std::uint64_t there = 0;         ///< a lock file stays for ever, and means nothing by itself …
  std::uint64_t beside_blobs = 0;  ///< … but hf-hub 0.4.1 takes one beside a blob for a lock
  std::vector<std::string> held;   ///< that another process holds now; at most kMostShown
};

struct CacheHealth {
  bool exists = true;
  std::optional<FileSystemFacts> file_system;
  LayoutCounts layouts;
  Ownership ownership;
  std::uint64_t repos = 0;
  std::uint64_t partials = 0;
  std::uint64_t partial_bytes = 0;
  std::string first_partial;
  LockFiles locks;
};
inline constexpr std::size_t kMostShown = 10;

LayoutCounts layouts_of(const CacheModel& cache);

/// Looks at the nodes that `cache` names, beneath `path` and without following a link. A lock is
/// taken for an instant to learn whether somebody holds it.
/// @param cache  of a survey of all of it
CacheHealth look_at_cache(const std::string& path, const CacheModel& cache);

}  // namespace hubward
