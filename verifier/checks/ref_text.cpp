// A ref holds a commit id and nothing else. hf-hub 1.x trims it (cache/storage.rs), hf-hub 0.x
// (lib.rs) and huggingface_hub 1.x (file_download.py) do not: a ref written with `echo` works in
// one client and sends the others to a snapshot that isn't there.
#include "verifier/checks/check.h"
#include "verifier/checks/reach.h"
#include "verifier/text/show.h"

namespace hubward {

void ref_text(const RepoCase& repo, const Judgement&, Findings& out) {
  if (repo.entry == nullptr || repo.ref == nullptr) return;
  const Ref& ref = *repo.ref;
  const std::string_view text = trimmed_ref(ref.text);
  const auto commit = CommitId::parse(text);
  // What ends the entry has been said by repo_reachable.
  if (!commit || repo.reach == EntryReach::ref_malformed) return;
  if (text.size() != ref.text.size()) {
    Finding finding = make_finding(FindingCode::ref_whitespace, ref.path);
    finding.expected = (repo.locked != nullptr ? repo.locked->commit : *commit).hex();
    finding.actual = show(ref.text, 200);
    out.add(repo, std::move(finding));
  } else if (repo.locked != nullptr && *commit != repo.locked->commit) {
    Finding finding = make_finding(FindingCode::ref_drift, ref.path);
    finding.expected = repo.locked->commit.hex();
    finding.actual = commit->hex();
    out.add(repo, std::move(finding));
  }
}

}  // namespace hubward
