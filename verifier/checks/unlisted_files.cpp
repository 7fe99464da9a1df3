// Under a lock, a file in the locked snapshot that the lock lacks is one that nobody reviewed. It
// counts when a client may load it: weights of any kind, code, templates, configuration, tokenizer
// files.
#include "verifier/asked/profile.h"
#include "verifier/checks/check.h"

#include <string_view>

namespace hubward {
namespace {

bool may_be_loaded(std::string_view path) {
  return looks_like_weights(path) || weight_index_kind(path) || is_tokenizer(path) ||
         is_configuration(path) || path.ends_with(".json") || path.ends_with(".py") ||
         path.ends_with(".jinja");
}

}  // namespace

void unlisted_files(const RepoCase& repo, const Judgement&, Findings& out) {
  if (repo.locked == nullptr || repo.snapshot == nullptr || repo.reach != Reach::reached) return;
  for (const Pointer& pointer : repo.snapshot->pointers) {
    if (repo.listing->find(pointer.path) != nullptr || !may_be_loaded(pointer.path)) continue;
    out.add(repo, make_finding(FindingCode::unlisted_file, repo.path_of(pointer)));
  }
}

}  // namespace hubward
