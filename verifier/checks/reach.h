// How far an entry leads: folder, ref, commit, snapshot. The clients follow refs/, so a proof about
// another commit than the ref's is worth nothing.
#pragma once

#include "verifier/checks/repo_case.h"

namespace hubward {

/// Fills folder-dependent parts of `repo` (ref, commit, snapshot, reach, reach_detail) from its
/// folder, entry and lock. Pure.
void find_reach(RepoCase& repo);

/// Something at or above `path` (from the cache root) that cannot be looked into.
bool is_hidden(const RepoFolder& folder, std::string_view path);
/// The same, or something below it.
bool hides_part_of(const RepoFolder& folder, std::string_view path);

/// A ref's text without the white space and BOMs around it, in any order, that some clients do not
/// trim.
std::string_view trimmed_ref(std::string_view text);

}  // namespace hubward
