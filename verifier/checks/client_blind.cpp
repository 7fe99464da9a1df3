// An intact entry that a client will not see: it goes to the network with a whole cache at hand.
// hf-hub 0.x resolves only through refs/<revision>, also for a commit, and Python writes no such
// ref (hf-hub 0.5, src/lib.rs); huggingface_hub 1.26 asks the Hub for the tree of a pinned commit
// that has no listing (_snapshot_download.py), 2.4 falls back to the snapshot again.
#include "verifier/checks/check.h"
#include "verifier/checks/doubt.h"

namespace hubward {

std::string blindness_of(const RepoCase& repo, const Judgement& judgement) {
  std::string blind;
  if (repo.entry == nullptr || repo.reach != EntryReach::reached) return blind;
  const auto say = [&](const std::string& client) {
    if (!blind.empty()) blind += "; ";
    blind += client;
  };
  if (repo.entry->revision.commit()) {
    if (repo.ref == nullptr) say("hf-hub 0.x needs refs/<commit> for a pinned commit");
    if (repo.folder->listing(repo.commit->hex()) == nullptr) {
      say("snapshot_download of huggingface_hub 1.26 needs trees/<commit>.json for it");
    }
  }
  if (judgement.client == CacheClient::hf_hub_0 && judgement.hf_home_set) {
    say("HF_HOME is set: hf-hub 0.x made by from_env() looks there, made by new() it does not");
  }
  return blind;
}

Finding finding_of_blindness(std::string blind, std::string_view snapshot_path) {
  Finding finding = make_finding(FindingCode::client_blind, snapshot_path);
  finding.finding_class = FindingClass::note;
  finding.detail = std::move(blind);
  return finding;
}

void client_blind(const RepoCase& repo, const Judgement& judgement, Findings& out) {
  if (judgement.is_shard || !is_intact(repo, out)) return;
  std::string blind = blindness_of(repo, judgement);
  if (blind.empty()) return;
  Finding finding = finding_of_blindness(std::move(blind), repo.snapshot->path);
  if (judgement.for_run) finding.finding_class = FindingClass::warning;
  out.add(repo, std::move(finding));
}

}  // namespace hubward
