// What only all of an entry's bytes together can say: that nothing was proven, or that all is well
// and a client is blind to it. The checks say it of a whole verification; of a shard's it is kept,
// and said when the shards' reports are merged.
#pragma once

#include "verifier/checks/findings.h"
#include "verifier/checks/repo_case.h"
#include <hubward/shard.h>

#include <optional>
#include <string>
#include <string_view>

namespace hubward {

/// Nothing of the entry that was met so far is incomplete or worse.
bool is_intact(const RepoCase& repo, const Findings& findings);
/// nullopt for what has no snapshot to doubt.
std::optional<Doubt> doubt_of(const RepoCase& repo, const Judgement& judgement);
/// Whether some of its bytes that were read were held against something.
bool is_held(const RepoCase& repo, const Judgement& judgement);
/// Which clients go to the network with this entry at hand; empty: none.
std::string blindness_of(const RepoCase& repo, const Judgement& judgement);

struct NotProven {
  Doubt doubt = Doubt::bytes;
  Basis required = Basis::assumed;
  std::optional<Basis> basis;
};
Finding finding_of(const NotProven& fault, std::string_view snapshot_path);
/// A note, as for who runs no client now.
Finding finding_of_blindness(std::string blind, std::string_view snapshot_path);

}  // namespace hubward
