// The shape of a check. A new one is a file that defines its function, a line in registry.cpp and a
// fixture with its near miss under fixtures/caches/.
#pragma once

#include "verifier/checks/findings.h"
#include "verifier/checks/pairing.h"
#include "verifier/checks/repo_case.h"

#include <span>

namespace hubward {

/// Pure: the same case and proofs give the same findings.
struct Check {
  const char* name;
  void (*judge)(const RepoCase& repo, const Judgement& judgement, Findings& out);
};

/// In the order in which a person reads. The last ones look at what the others found.
std::span<const Check> all_checks();

/// The finding that a node's state alone amounts to.
Finding finding_of(const OddNode& node);

void repo_reachable(const RepoCase& repo, const Judgement& judgement, Findings& out);
void ref_text(const RepoCase& repo, const Judgement& judgement, Findings& out);
void odd_nodes(const RepoCase& repo, const Judgement& judgement, Findings& out);
void stray_refs(const RepoCase& repo, const Judgement& judgement, Findings& out);
void pointer_target(const RepoCase& repo, const Judgement& judgement, Findings& out);
void blob_content(const RepoCase& repo, const Judgement& judgement, Findings& out);
void required_files(const RepoCase& repo, const Judgement& judgement, Findings& out);
void absent_markers(const RepoCase& repo, const Judgement& judgement, Findings& out);
void unlisted_files(const RepoCase& repo, const Judgement& judgement, Findings& out);
void leftovers(const RepoCase& repo, const Judgement& judgement, Findings& out);
void not_proven(const RepoCase& repo, const Judgement& judgement, Findings& out);
void client_blind(const RepoCase& repo, const Judgement& judgement, Findings& out);

/// Listings that could not be used; about files, not cases.
void listing_files(const Pairing& pairing, Findings& out);
/// What lies in the cache root besides repo folders.
void root_entries(const CacheModel& cache, Scope scope, Findings& out);

}  // namespace hubward
