// Under a lock, a file in the locked snapshot that the lock lacks is one that nobody reviewed. It
// counts when a client may load it: weights of any kind, code, templates, configuration, tokenizer
// files.
#include "verifier/asked/profile.h"
#include "verifier/checks/check.h"

#include <algorithm>

namespace hubward {

void unlisted_files(const RepoCase& repo, const Judgement& judgement, Findings& out) {
  if (repo.locked == nullptr || repo.snapshot == nullptr || repo.reach != EntryReach::reached) {
    return;
  }
  for (const Pointer& pointer : repo.snapshot->pointers) {
    if (repo.listing->find(pointer.path) != nullptr) continue;
    const bool is_locked_absent = std::ranges::binary_search(repo.locked->absent, pointer.path);
    // What is about to be locked anew must not contradict a word of the lock.
    const bool contradicts = judgement.whole_snapshots && is_locked_absent;
    if (!contradicts && !may_be_loaded(pointer.path)) continue;
    Finding finding = make_finding(FindingCode::unlisted_file, repo.path_of(pointer));
    if (is_locked_absent) finding.detail = "the lock says that upstream has no such file";
    out.add(repo, std::move(finding));
  }
}

}  // namespace hubward
