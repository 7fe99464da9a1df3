// Walks a cache and says what is there, unjudged. Beneath one directory descriptor; nothing is
// followed, no blob is opened; refs and plain snapshot files of at most 1,024 bytes are read, for a
// link stored as text can only be told by its text.
#pragma once

#include "verifier/cache/cache_model.h"
#include "verifier/cache/disk.h"
#include <hubward/repo_id.h>
#include <hubward/result.h>

#include <string>
#include <vector>

namespace hubward {

struct SurveyRequest {
  /// The cache root as named and as resolved, absolute: absolute links are held against both.
  std::vector<std::string> roots;
  /// Where directory links may lead besides the cache itself; absolute.
  std::vector<std::string> allow_roots;
  /// Only these repo folders are entered …
  std::vector<RepoId> repos;
  /// … or every one, and the leftovers of the root are named.
  bool all = false;
  std::size_t max_entries = kMaxCacheEntries;  ///< beyond: said, and not looked at
  unsigned jobs = 0;                           ///< threads, a repo folder a task; 0: one per core
};

/// A cache's root as named and as resolved, for SurveyRequest::roots; one of them where they are
/// the same.
std::vector<std::string> roots_of(const std::string& cache_path);

/// Errors: io and no_such_input when the root cannot be read; what cannot be read further in is
/// part of the model. A root that does not exist gives a model that says so. Thread safety: pure
/// but for the disk, which several threads use at once.
Result<CacheModel> survey(const Disk& disk, const SurveyRequest& request);

}  // namespace hubward
