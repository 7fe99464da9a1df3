// What `doctor REPO/FILE` is about. An id has one or two parts, a revision may hold slashes and so
// may a file, so the word alone does not tell where one ends: what manifest and cache know decides.
// Pure but for the ports.
#pragma once

#include <hubward/manifest.h>
#include <hubward/repo_id.h>
#include <hubward/result.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

struct DoctorTarget {
  RepoId repo;
  Revision revision;
  std::string file;  ///< repo path, raw; empty: the whole repo
};

struct TargetGround {
  const Manifest* manifest = nullptr;  ///< borrowed; may be nullptr
  /// Whether the cache has a folder of that repo.
  std::function<bool(const RepoId& repo)> is_cached;
  /// Names of its refs and snapshots.
  std::function<std::vector<std::string>(const RepoId& repo)> revisions_of;
};

/// Without `@` the revision is the manifest's first one of that repo, else `main`.
/// Errors: usage, when neither manifest nor cache knows such a repo, or the file's path is hostile.
Result<DoctorTarget> read_target(std::string_view word, const TargetGround& ground);

}  // namespace hubward
