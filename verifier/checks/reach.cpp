#include "verifier/checks/reach.h"

#include "verifier/text/show.h"

#include <algorithm>

namespace hubward {
namespace {

bool hides(PathState state) {
  return state == PathState::unreadable || state == PathState::outside_folder ||
         state == PathState::special_file || state == PathState::hostile_name ||
         state == PathState::escapes || state == PathState::loop;
}

bool is_directory_ref(const RepoFolder& folder, const std::string& name) {
  return std::any_of(folder.refs.begin(), folder.refs.end(), [&](const Ref& ref) {
    return ref.name.starts_with(name + "/") || (ref.name == name && ref.is_directory);
  });
}

EntryReach end(RepoCase& repo, EntryReach reach, std::string detail = {}) {
  repo.reach_detail = std::move(detail);
  return reach;
}

/// Sets the commit, or tells why there is none.
EntryReach follow_ref(RepoCase& repo) {
  const RepoFolder& folder = *repo.folder;
  const std::string path = folder.path + "/refs/" + repo.revision;
  repo.ref = folder.ref(repo.revision);
  const auto pinned = CommitId::parse(repo.revision);
  if (repo.ref == nullptr || repo.ref->is_directory) {
    if (pinned && repo.ref == nullptr) {
      repo.commit = pinned;
      return EntryReach::reached;
    }
    if (is_directory_ref(folder, repo.revision)) {
      return end(repo, EntryReach::ref_malformed, "it is a directory");
    }
    return is_hidden(folder, path) ? EntryReach::hidden : EntryReach::ref_missing;
  }
  if (is_hidden(folder, path)) return EntryReach::hidden;
  if (repo.ref->state != PathState::sound) {
    return end(repo, EntryReach::ref_malformed, "it is a link, which is not followed");
  }
  if (repo.ref->too_long) {
    return end(repo, EntryReach::ref_malformed, "it is longer than 1,024 bytes");
  }
  const std::string_view text = trimmed_ref(repo.ref->text);
  const auto commit = CommitId::parse(text);
  if (!commit) {
    return end(repo, EntryReach::ref_malformed,
               text.empty() ? "it is empty" : "it is not a commit of 40 lowercase hex digits");
  }
  if (pinned && *commit != *pinned) {
    return end(repo, EntryReach::ref_malformed, "it is named after a commit and says another");
  }
  repo.commit = commit;
  return EntryReach::reached;
}

EntryReach find_snapshot(RepoCase& repo) {
  const RepoFolder& folder = *repo.folder;
  const std::string path = folder.path + "/snapshots/" + repo.commit->hex();
  repo.snapshot = folder.snapshot(repo.commit->hex());
  if (is_hidden(folder, path)) return EntryReach::hidden;
  if (repo.snapshot == nullptr) return EntryReach::ref_dangling;
  if (repo.snapshot->pointers.empty()) {
    return hides_part_of(folder, path) ? EntryReach::hidden : EntryReach::snapshot_empty;
  }
  return EntryReach::reached;
}

}  // namespace

bool is_hidden(const RepoFolder& folder, std::string_view path) {
  return std::any_of(folder.odd_nodes.begin(), folder.odd_nodes.end(), [&](const OddNode& odd) {
    return hides(odd.state) && path.starts_with(odd.path) &&
           (path.size() == odd.path.size() || path[odd.path.size()] == '/');
  });
}

bool hides_part_of(const RepoFolder& folder, std::string_view path) {
  const std::string below = std::string(path) + "/";
  return is_hidden(folder, path) || std::ranges::any_of(folder.odd_nodes, [&](const OddNode& odd) {
           return hides(odd.state) && odd.path.starts_with(below);
         });
}

std::string_view trimmed_ref(std::string_view text) {
  constexpr std::string_view kBom = "\xEF\xBB\xBF";
  constexpr std::string_view kSpace = " \t\r\n\v\f";
  const auto is_space = [&](char letter) { return kSpace.find(letter) != std::string_view::npos; };
  // In any order, so that what is trimmed holds nothing more to trim.
  for (;;) {
    if (text.starts_with(kBom)) {
      text.remove_prefix(kBom.size());
    } else if (text.ends_with(kBom)) {
      text.remove_suffix(kBom.size());
    } else if (!text.empty() && is_space(text.front())) {
      text.remove_prefix(1);
    } else if (!text.empty() && is_space(text.back())) {
      text.remove_suffix(1);
    } else {
      return text;
    }
  }
}

void find_reach(RepoCase& repo) {
  if (repo.folder == nullptr) {
    repo.reach = EntryReach::repo_missing;
    if (!repo.other_owner.empty()) {
      repo.reach_detail = "the cache has " + show(repo.other_owner) + ", a folder of its own";
    }
    return;
  }
  if (repo.folder->state == PathState::dangling || repo.folder->state == PathState::misdirected) {
    repo.reach = EntryReach::repo_missing;
    return;
  }
  if (hides(repo.folder->state)) {
    repo.reach = EntryReach::hidden;
    return;
  }
  repo.reach = follow_ref(repo);
  if (repo.reach != EntryReach::reached) return;
  // Under a lock the snapshot that counts is the locked one; a ref that says another is ref-drift.
  if (repo.locked != nullptr) repo.commit = repo.locked->commit;
  repo.reach = find_snapshot(repo);
}

}  // namespace hubward
