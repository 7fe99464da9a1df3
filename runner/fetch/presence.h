// Looks at names and links of one repo's folder, through the door for reading; opens no blob.
#pragma once

#include "runner/fetch/fetch_plan.h"
#include "verifier/cache/disk.h"
#include <hubward/repo_id.h>

#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>

namespace hubward {

struct WantedPath {
  std::string path;
  Digest oid;
};

/// Paths in the cache that are about to leave it.
using Leaving = std::set<std::string, std::less<>>;

/// What of `wanted` the folder has. A path is sound when it is a regular file, or exactly the
/// relative link to the blob wanted, and that blob is there.
/// @param leaving  taken for gone
Presence look_for(const Disk& disk, const RepoId& repo, const CommitId& commit,
                  std::span<const WantedPath> wanted, const Leaving& leaving = {});

/// trees/<commit>.json, if it is there and sound.
std::optional<TreeListing> stored_listing(const Disk& disk, const RepoId& repo,
                                          const CommitId& commit);

/// Whether refs/<revision> holds exactly the commit.
bool has_ref(const Disk& disk, const RepoId& repo, const Revision& revision,
             const CommitId& commit);

}  // namespace hubward
