// Names, kinds and links that the survey could not place. The whole repo folder counts, whatever
// the entry asks of it: a hostile archive does not keep to the revision that the tests use.
#include "verifier/checks/check.h"
#include "verifier/text/show.h"

#include <algorithm>

namespace hubward {
namespace {

bool is_hostile(PathState state) {
  return state == PathState::hostile_name || state == PathState::special_file ||
         state == PathState::escapes || state == PathState::outside_folder;
}

bool is_at_or_below(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

/// Whether an unreadable node lies on an entry's way, or hides a part of its snapshot.
bool concerns(const RepoCase& repo, std::string_view path) {
  if (repo.entry == nullptr) return true;
  const std::string& folder = repo.folder->path;
  const std::string snapshots = folder + "/snapshots";
  const std::string ref = folder + "/refs/" + repo.revision;
  if (is_at_or_below(ref, path) || path == folder + "/blobs" || path == snapshots) return true;
  // A listing or a marker in there would change what the entry amounts to.
  if (path == folder + "/trees" || is_at_or_below(path, folder + "/.no_exist")) return true;
  if (!is_at_or_below(path, folder)) return true;  // of the shared store
  if (!repo.commit) return false;
  const std::string snapshot = snapshots + "/" + repo.commit->hex();
  return is_at_or_below(path, snapshot) || is_at_or_below(snapshot, path);
}

FindingCode code_for(PathState state) {
  switch (state) {
    case PathState::hostile_name: return FindingCode::name_hostile;
    case PathState::special_file: return FindingCode::not_a_regular_file;
    case PathState::outside_folder:
    case PathState::linked_folder: return FindingCode::directory_link;
    case PathState::escapes: return FindingCode::pointer_escapes;
    case PathState::loop: return FindingCode::pointer_loop;
    case PathState::misdirected:
    case PathState::dangling: return FindingCode::unexpected_entry;
    case PathState::link_as_text: return FindingCode::pointer_as_text;
    case PathState::unreadable:
    case PathState::hidden:
    case PathState::sound: return FindingCode::unreadable;
  }
  return FindingCode::unreadable;
}

void add_hostile_pointers(const RepoCase& repo, Findings& out) {
  for (const Snapshot& snapshot : repo.folder->snapshots) {
    for (const Pointer& pointer : snapshot.pointers) {
      if (!is_hostile(pointer.state)) continue;
      OddNode odd{path_of(snapshot, pointer), pointer.state, {}};
      if (pointer.odd) odd.odd = *pointer.odd;
      out.add(repo, finding_of(odd));
    }
  }
  for (const Blob& blob : repo.folder->blobs) {
    if (!is_hostile(blob.state)) continue;
    OddNode odd{std::string(blob.path), blob.state, {}};
    if (blob.odd) odd.odd = *blob.odd;
    out.add(repo, finding_of(odd));
  }
}

}  // namespace

Finding finding_of(const OddNode& node) {
  Finding finding = make_finding(code_for(node.state), node.path);
  if (node.state == PathState::outside_folder) finding.finding_class = FindingClass::hostile;
  if (!node.odd.link_text.empty()) finding.actual = show(node.odd.link_text, 400);
  if (!node.odd.why.empty()) finding.detail = node.odd.why;
  return finding;
}

void odd_nodes(const RepoCase& repo, const Judgement& judgement, Findings& out) {
  if (repo.folder == nullptr) return;
  // Under --all the case of the whole folder has said it: once more for each of its snapshots would
  // be quadratic in them.
  if (repo.entry == nullptr && !repo.whole_folder) return;
  for (const OddNode& node : repo.folder->odd_nodes) {
    const bool is_leftover =
        node.state == PathState::misdirected || node.state == PathState::dangling;
    if (is_leftover && judgement.scope != Scope::all) continue;
    if (node.state == PathState::unreadable && judgement.scope != Scope::all &&
        !concerns(repo, node.path)) {
      continue;
    }
    out.add(repo, finding_of(node));
  }
  add_hostile_pointers(repo, out);
}

}  // namespace hubward
