#include "verifier/checks/shard_part.h"

#include "verifier/checks/doubt.h"
#include "verifier/checks/fingerprint.h"

namespace hubward {
namespace {

ShardEntry entry_of(const RepoCase& repo, const Judgement& judgement, const Findings& findings) {
  return {.manifest_line = repo.entry->line,
          .lock_line = repo.locked == nullptr ? 0 : repo.locked->line,
          .doubt = doubt_of(repo, judgement),
          .intact = is_intact(repo, findings),
          .held = is_held(repo, judgement),
          .blind = blindness_of(repo, judgement)};
}

template <class Text>
std::optional<Digest> fingerprint_if_any(const Text* text) {
  return text == nullptr ? std::nullopt : std::optional(fingerprint_of(*text));
}

}  // namespace

ShardPart shard_part_of(const ShardView& view) {
  const VerifyRequest& request = view.request;
  const Proofs& proofs = view.judgement.proofs;
  ShardPart part{.shard = *request.shard,
                 .cache = fingerprint_of(view.cache, view.pairing, proofs),
                 .manifest = fingerprint_if_any(request.manifest),
                 .lock = fingerprint_if_any(request.lock),
                 .asked = fingerprint_of(request),
                 .entries = {}};
  if (proofs.share) {
    part.blobs = proofs.share->blobs;
    part.bytes = proofs.share->bytes;
  }
  for (const RepoCase& repo : view.pairing.cases) {
    if (repo.entry == nullptr) continue;
    part.entries.push_back(entry_of(repo, view.judgement, view.findings));
  }
  return part;
}

}  // namespace hubward
