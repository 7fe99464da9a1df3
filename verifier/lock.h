// From a verified cache to a lock, and from a lock to what manifest and cache say otherwise. Reads
// the cache and writes nothing.
//
// Without an order to move pins a lock only grows: what it vouches for stays, byte for byte, or the
// cache is refused for contradicting it. A model that the manifest no longer names leaves it.
#pragma once

#include "verifier/asked/lock_changes.h"
#include <hubward/lock_file.h>
#include <hubward/report.h>
#include <hubward/result.h>
#include <hubward/verify.h>

#include <optional>
#include <string>
#include <vector>

namespace hubward {

struct LockRequest {
  /// Its manifest is there; its lock, level and scope are not looked at. `selected` entries are
  /// locked, all others stay as they are.
  VerifyRequest verify;
  const LockFile* present = nullptr;  ///< borrowed for the call; nullptr: none
  /// Borrowed; what the changes are told from where `present` counts for nothing else.
  const LockFile* shown_against = nullptr;
  bool moves_pins = false;  ///< the selected entries are locked anew
  bool sha256 = false;      ///< beside every oid; so does a present lock that has any
};

/// What a person is told of an entry beside the changes.
struct LockNote {
  RepoId repo;
  Revision revision;
  std::string what;  ///< a few words, safe for eyes
};

struct LockDraft {
  Report report;                 ///< of the verification, at level content
  std::optional<LockFile> lock;  ///< nullopt: the cache is not intact, or `unlockable` says why
  std::vector<LockChange> changes;
  std::vector<LockNote> notes;
  std::vector<std::string> unlockable;  ///< "PATH: why", safe for eyes
};

/// Verifies every file of the selected entries' snapshots and writes them down. The oid is the
/// lock's, else the listing's, else the blob's name, else the SHA-256 of the bytes.
/// Errors: as verify.
Result<LockDraft> draft_lock(const LockRequest& request, const Disk& disk, Observer& observer);

struct LockComparison {
  std::vector<LockChange> changes;  ///< from the lock to what manifest and cache say
  std::vector<LockNote> notes;
};

/// Holds manifest, lock and cache against each other by names and sizes: no blob is opened. What
/// the cache does not have at all contradicts nothing, and is a note.
/// @param request  as LockRequest::verify
/// @param lock     nullptr: none
/// Errors: as verify.
Result<LockComparison> compare_lock(const VerifyRequest& request, const LockFile* lock,
                                    const Disk& disk);

}  // namespace hubward
