#include "runner/mend/ref_plan.h"

#include "verifier/checks/reach.h"

#include <algorithm>
#include <string_view>

namespace hubward {
namespace {

bool has_files(const Snapshot& snapshot) {
  return !snapshot.pointers.empty() &&
         (snapshot.state == PathState::sound || snapshot.state == PathState::linked_folder);
}

bool has_snapshot(const RepoFolder& folder, const CommitId& commit) {
  const Snapshot* snapshot = folder.snapshot(commit.hex());
  return snapshot != nullptr && has_files(*snapshot);
}

std::string lower(std::string_view text) {
  std::string folded(text);
  for (char& letter : folded) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return folded;
}

/// What the ref says, trimmed and folded; empty when it is none that can be read.
std::string said_by(const Ref* ref) {
  if (ref == nullptr || ref->state != PathState::sound || ref->is_directory || ref->too_long) {
    return {};
  }
  return lower(trimmed_ref(ref->text));
}

/// The ref that a link in its place names beside itself; nullptr when it is no such link.
const Ref* linked_ref(const RepoFolder& folder, const Ref* ref) {
  if (ref == nullptr || ref->state != PathState::misdirected) return nullptr;
  const std::size_t slash = ref->name.rfind('/');
  const std::string beside = slash == std::string::npos ? "" : ref->name.substr(0, slash + 1);
  const bool is_plain = ref->link_text.find('/') == std::string::npos;
  return is_plain ? folder.ref(beside + ref->link_text) : nullptr;
}

bool is_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Digits that are not the commit's first ones were another commit's.
bool speaks_against(std::string_view said, const CommitId& commit) {
  return !said.empty() && is_hex(said) && !std::string_view(commit.hex()).starts_with(said);
}

/// Whether something else than the ref in question leads to the commit: then the snapshot is there
/// for its sake, and tells nothing of this ref.
bool is_claimed(const RefQuestion& question, const CommitId& commit) {
  const auto& refs = question.folder.refs;
  const bool by_ref = std::ranges::any_of(refs, [&](const Ref& ref) {
    return ref.name != question.name && said_by(&ref) == commit.hex();
  });
  const auto& cases = question.pairing.cases;
  return by_ref || std::ranges::any_of(cases, [&](const RepoCase& repo) {
           if (repo.entry == nullptr || repo.repo != question.folder.repo) return false;
           if (repo.revision == question.name) return false;
           return repo.revision == commit.hex() ||
                  (repo.locked != nullptr && repo.locked->commit == commit);
         });
}

std::optional<CommitId> only_commit(const RefQuestion& question) {
  std::optional<CommitId> only;
  for (const Snapshot& snapshot : question.folder.snapshots) {
    const auto commit = CommitId::parse(snapshot.name);
    if (!commit) continue;
    if (only) return std::nullopt;
    only = commit;
  }
  return only;
}

}  // namespace

std::optional<CommitId> commit_for_ref(const RefQuestion& question) {
  if (question.locked != nullptr) return question.locked->commit;
  const RepoFolder& folder = question.folder;
  if (const auto pinned = CommitId::parse(question.name)) {
    return has_snapshot(folder, *pinned) ? pinned : std::nullopt;
  }
  const Ref* ref = folder.ref(question.name);
  const Ref* linked = linked_ref(folder, ref);
  const std::string said = said_by(linked == nullptr ? ref : linked);
  if (auto commit = CommitId::parse(said); commit && has_snapshot(folder, *commit)) {
    return commit;
  }
  auto only = only_commit(question);
  if (!only || !has_snapshot(folder, *only) || speaks_against(said, *only) ||
      is_claimed(question, *only)) {
    return std::nullopt;
  }
  return only;
}

}  // namespace hubward
