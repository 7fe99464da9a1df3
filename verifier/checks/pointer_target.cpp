// Where the judged pointers lead. What a path is has been decided once, by the survey; here it gets
// its code. Bytes are blob_content's.
#include "verifier/checks/check.h"
#include "verifier/text/show.h"

#include <algorithm>

namespace hubward {
namespace {

std::optional<FindingCode> code_for(PathState state) {
  switch (state) {
    case PathState::hostile_name: return FindingCode::name_hostile;
    case PathState::special_file: return FindingCode::not_a_regular_file;
    case PathState::escapes: return FindingCode::pointer_escapes;
    case PathState::loop: return FindingCode::pointer_loop;
    case PathState::misdirected: return FindingCode::pointer_misdirected;
    case PathState::link_as_text: return FindingCode::pointer_as_text;
    case PathState::dangling: return FindingCode::pointer_dangling;
    case PathState::unreadable: return FindingCode::unreadable;
    case PathState::outside_folder:
    case PathState::linked_folder:
    case PathState::hidden:
    case PathState::sound: return std::nullopt;
  }
  return std::nullopt;
}

void add_oddity(Finding& finding, const Oddity* odd) {
  if (odd == nullptr) return;
  if (!odd->link_text.empty()) finding.actual = show(odd->link_text, 400);
  if (!odd->why.empty()) finding.detail = odd->why;
}

/// The link of a blob is bad: said once, at the blob.
void judge_blob_link(const RepoCase& repo, const Blob& blob, const Pointer& pointer,
                     Findings& out) {
  if (blob.state == PathState::dangling) return;  // said at the pointer
  const auto code = code_for(blob.state);
  if (!code) return;
  Finding finding = make_finding(*code, blob.path);
  add_oddity(finding, blob.odd.get());
  out.add_behind(repo, std::move(finding), repo.path_of(pointer));
}

void judge_copies(const RepoCase& repo, Findings& out) {
  for (const JudgedPointer& judged : repo.judged) {
    if (!judged.pointer->plain || judged.pointer->state != PathState::sound) continue;
    out.add_behind(repo, make_finding(FindingCode::pointer_copied, repo.snapshot->path),
                   repo.path_of(*judged.pointer));
  }
}

/// Under --all nothing is asked of what no entry names: what it lacks is a note.
bool only_noted(const RepoCase& repo, FindingCode code) {
  return repo.entry == nullptr && code == FindingCode::pointer_dangling;
}

}  // namespace

void pointer_target(const RepoCase& repo, const Judgement&, Findings& out) {
  for (const Blob* blob : repo.orphans) {
    const auto code = code_for(blob->state);
    if (!code) continue;
    Finding finding = make_finding(*code, blob->path);
    if (only_noted(repo, *code)) finding.finding_class = FindingClass::note;
    add_oddity(finding, blob->odd.get());
    out.add(repo, std::move(finding));
  }
  if (repo.snapshot == nullptr) return;
  for (const JudgedPointer& judged : repo.judged) {
    const Pointer& pointer = *judged.pointer;
    if (const auto code = code_for(pointer.state)) {
      Finding finding = make_finding(*code, repo.path_of(pointer));
      if (only_noted(repo, *code)) finding.finding_class = FindingClass::note;
      add_oddity(finding, pointer.odd.get());
      out.add(repo, std::move(finding));
    } else if (const Blob* blob = repo.folder->bytes_of(pointer)) {
      judge_blob_link(repo, *blob, pointer, out);
    }
    if (pointer.absolute) {
      Finding finding = make_finding(FindingCode::pointer_absolute, repo.path_of(pointer));
      add_oddity(finding, pointer.odd.get());
      out.add(repo, std::move(finding));
    }
  }
  judge_copies(repo, out);
}

}  // namespace hubward
