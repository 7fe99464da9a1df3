// Under --all: the refs that no entry stands for. Integrity only: a ref that leads nowhere is a
// note, one that is no commit is corrupt.
#include "verifier/cache/layout.h"
#include "verifier/checks/check.h"
#include "verifier/checks/reach.h"
#include "verifier/text/show.h"

namespace hubward {
namespace {

Finding malformed(const Ref& ref, std::string why) {
  Finding finding = make_finding(FindingCode::ref_malformed, ref.path);
  if (ref.state == PathState::sound && !ref.too_long) {
    finding.actual = show(ref.text, 200);
  }
  finding.detail = std::move(why);
  return finding;
}

std::optional<Finding> judge_ref(const RepoFolder& folder, const Ref& ref) {
  if (ref.state == PathState::misdirected)
    return malformed(ref, "it is a link, which is not followed");
  if (ref.state != PathState::sound) return std::nullopt;  // said of the node
  if (ref.is_directory) return std::nullopt;  // an empty one, as git leaves: no client reads it
  if (ref.too_long) return malformed(ref, "it is longer than 1,024 bytes");
  const std::string_view text = trimmed_ref(ref.text);
  const auto commit = CommitId::parse(text);
  if (!commit) {
    return malformed(
        ref, text.empty() ? "it is empty" : "it is not a commit of 40 lowercase hex digits");
  }
  if (const auto named = CommitId::parse(ref.name); named && *named != *commit) {
    return malformed(ref, "it is named after a commit and says another");
  }
  if (text.size() != ref.text.size()) {
    Finding finding = make_finding(FindingCode::ref_whitespace, ref.path);
    finding.expected = commit->hex();
    finding.actual = show(ref.text, 200);
    return finding;
  }
  const bool leads_nowhere = folder.snapshot(commit->hex()) == nullptr &&
                             !is_hidden(folder, folder.path + "/snapshots/" + commit->hex());
  if (leads_nowhere) {
    Finding finding = make_finding(FindingCode::ref_dangling, ref.path);
    finding.finding_class = FindingClass::note;
    finding.expected = "snapshots/" + commit->hex();
    return finding;
  }
  return std::nullopt;
}

}  // namespace

void stray_refs(const RepoCase& repo, const Judgement&, Findings& out) {
  if (!repo.whole_folder) return;
  for (const Ref& ref : repo.folder->refs) {
    if (auto finding = judge_ref(*repo.folder, ref)) out.add(repo, std::move(*finding));
  }
}

}  // namespace hubward
