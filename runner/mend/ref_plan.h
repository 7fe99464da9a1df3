// Which commit a ref should hold, where something proves it. A wrong guess would be worse than no
// ref: the tests would load another model than the one they were written for, and pass.
#pragma once

#include "verifier/cache/cache_model.h"
#include "verifier/checks/pairing.h"
#include <hubward/lock_file.h>
#include <hubward/repo_id.h>

#include <optional>
#include <string>

namespace hubward {

struct RefQuestion {
  const RepoFolder& folder;
  std::string name;                    ///< "main", "refs/pr/1", or a commit
  const LockedRepo* locked = nullptr;  ///< of the entry that asks for this revision
  const Pairing& pairing;
};

/// The lock's commit; the ref's own name where that is a commit whose snapshot is there; what the
/// ref says but for its case, or the ref beside it that a link in its place names; or the one
/// snapshot of the folder, if no other ref, entry or lock claims it, and what is left of the ref
/// does not speak against it. nullopt: nothing proves one.
std::optional<CommitId> commit_for_ref(const RefQuestion& question);

}  // namespace hubward
