// The half of RepoSurvey that sees blobs and the pointers to them.
#include "verifier/cache/layout.h"
#include "verifier/cache/name_order.h"
#include "verifier/cache/repo_survey.h"

#include <algorithm>
#include <span>

namespace hubward {
namespace {

constexpr std::size_t kMaxLinkFile = 1024;  // bytes of a plain file that may be the text of a link
constexpr int kMaxLinkHops = 40;            // the kernel's own limit

std::size_t parts_of(std::string_view path) {
  return static_cast<std::size_t>(std::ranges::count(path, '/')) + 1;
}

std::unique_ptr<Oddity> oddity(std::string link_text, std::string why) {
  return std::make_unique<Oddity>(Oddity{std::move(link_text), std::move(why)});
}

std::string words_for(const LinkTarget& target, const std::string& repo_folder) {
  switch (target.fate) {
    case LinkFate::own_blob: return "";
    case LinkFate::in_repo: return "it leads to a place in this repo folder that is no blob";
    case LinkFate::other_place:
      return target.path.starts_with(repo_folder) || target.path.starts_with("blobs/")
                 ? "it has the wrong depth"
                 : "it leads to another repo's folder";
    case LinkFate::moved_cache:
      return "it is absolute and names this repo's folder in another cache: the cache was moved";
    case LinkFate::roundabout:
      return "its text goes down and up again, or ends in a slash: no client writes that";
    case LinkFate::escapes: return "it leads out of the cache";
  }
  return "";
}

void call_a_loop(PathState& state, std::unique_ptr<Oddity>& odd) {
  state = PathState::loop;
  if (odd) odd->why = "it leads back to itself";
}

}  // namespace

std::uint32_t RepoSurvey::place_index(const std::string& real_folder) {
  const auto [at, is_new] =
      place_indexes_.emplace(real_folder, static_cast<std::uint32_t>(repo_.places.size()));
  if (is_new) repo_.places.push_back(real_folder);
  return at->second;
}

void RepoSurvey::note_blob_names() {
  blob_beginnings_.clear();
  blob_beginnings_.reserve(repo_.blobs.size());
  for (const Blob& blob : repo_.blobs) blob_beginnings_.push_back(beginning_of(blob.name));
}

std::uint32_t RepoSurvey::blob_index(std::string_view name) const {
  const std::uint64_t beginning = beginning_of(name);
  const std::span<const std::uint64_t> all(blob_beginnings_);
  const std::size_t first = first_not_below(all, beginning);
  // Two that begin alike are rare.
  std::size_t last = std::min(first + 1, all.size());
  if (last < all.size() && all[last] == beginning) {
    last = static_cast<std::size_t>(std::ranges::upper_bound(all, beginning) - all.begin());
  }
  const auto alike = std::span(repo_.blobs).subspan(first, last - first);
  const auto at = std::ranges::lower_bound(alike, name, {}, &Blob::name);
  if (at == alike.end() || at->name != name) return Pointer::kNone;
  return static_cast<std::uint32_t>(first + static_cast<std::size_t>(at - alike.begin()));
}

void RepoSurvey::walk_blobs(const OpenPlace& place, const std::string& prefix) {
  const std::vector<NodeName> names = judged_names(place, prefix);
  repo_.blobs.reserve(repo_.blobs.size() + names.size());
  const std::uint32_t here = place_index(place.real);
  for (const NodeName& node : names) {
    if (node.kind == NodeKind::directory) {
      // An ETag with a slash, as hf-hub 0.x keeps of a weak one: blobs/W/<etag>.
      const std::string name = joined(prefix, node.name);
      blob_folders_.push_back(name);
      repo_.leftovers.push_back({LeftoverKind::unexpected, joined(place.path, node.name), 0});
      if (const auto inner = enter_inner(place, node)) walk_blobs(*inner, name);
      continue;
    }
    Blob blob{.path = repo_.names.keep({place.path, "/", node.name})};
    // The path ends in the name.
    blob.name = blob.path.substr(blob.path.size() - node.name.size() -
                                 (prefix.empty() ? 0 : prefix.size() + 1));
    if (node.kind == NodeKind::link) {
      add_blob_link(place, node.name, std::move(blob));
      continue;
    }
    if (node.kind != NodeKind::regular) {
      blob.state = PathState::special_file;
      repo_.blobs.push_back(std::move(blob));
      continue;
    }
    if (is_partial_name(node.name) || is_lock_name(node.name)) {
      const auto status = place.folder->status(node.name);
      repo_.leftovers.push_back(
          {is_lock_name(node.name) ? LeftoverKind::lock_file : LeftoverKind::partial,
           std::string(blob.path), status ? status->identity.size : 0});
      continue;
    }
    blob.place = here;
    blob.listed_inode = node.inode;
    repo_.blobs.push_back(std::move(blob));
  }
}

void RepoSurvey::add_blob_link(const OpenPlace& place, const std::string& name, Blob blob) {
  const auto text = place.folder->read_link(name);
  if (!text) {
    blob.state = state_of_unread_link(text.error());
    blob.odd = oddity("", reason_of(text.error()));
    repo_.blobs.push_back(std::move(blob));
    return;
  }
  const LinkTarget target = judge(place, *text);
  const std::string payload = shared_payload_of(*text);
  if (payload.empty() || target.path != payload) {
    blob.state = target.fate == LinkFate::escapes ? PathState::escapes : PathState::misdirected;
    blob.odd = oddity(*text, target.fate == LinkFate::own_blob
                                 ? "a blob that is a link must lead into the shared store"
                                 : words_for(target, repo_.path));
    if (target.fate == LinkFate::own_blob || target.fate == LinkFate::in_repo) {
      winding_[std::string(blob.path)] = target.path;
    }
    repo_.blobs.push_back(std::move(blob));
    return;
  }
  blob.shared = true;
  add_shared_blob(payload, *text, std::move(blob));
}

void RepoSurvey::walk_snapshots(const OpenPlace& place) {
  for (const NodeName& node : judged_names(place, "")) {
    if (node.kind == NodeKind::regular) {
      add_stray(place, node);
      continue;
    }
    Entered entered = enter(disk_, request_, place, node);
    Snapshot snapshot{
        .name = node.name, .path = joined(place.path, node.name), .state = entered.state};
    const bool leads_nowhere = !entered.place && entered.state == PathState::linked_folder;
    if (entered.state != PathState::sound) {
      note_odd(snapshot.path, entered.state, std::move(entered.odd));
    }
    if (leads_nowhere) continue;
    if (entered.place) walk_snapshot(*entered.place, "", snapshot);
    sort_unless_sorted(snapshot.pointers, &Pointer::path);
    repo_.snapshots.push_back(std::move(snapshot));
  }
}

void RepoSurvey::walk_snapshot(const OpenPlace& place, const std::string& prefix,
                               Snapshot& snapshot) {
  const std::size_t odd_before = repo_.odd_nodes.size();
  const std::vector<NodeName> names = judged_names(place, prefix);
  // It could be opened and not be listed: what it holds is hidden, not missing.
  const bool is_listed =
      odd_before == repo_.odd_nodes.size() || repo_.odd_nodes[odd_before].path != place.path;
  if (!is_listed && !prefix.empty()) snapshot.unreadable_folders.push_back(prefix);
  snapshot.pointers.reserve(snapshot.pointers.size() + names.size());
  for (const NodeName& node : names) {
    if (node.kind == NodeKind::directory) {
      auto inner = enter(disk_, request_, place, node);
      std::string path = joined(prefix, node.name);
      snapshot.folders.push_back(path);
      if (inner.place) {
        walk_snapshot(*inner.place, path, snapshot);
      } else {
        note_odd(joined(place.path, node.name), inner.state, std::move(inner.odd));
        snapshot.unreadable_folders.push_back(std::move(path));
      }
      continue;
    }
    Pointer pointer{.path = repo_.names.keep({prefix, prefix.empty() ? "" : "/", node.name})};
    if (node.kind == NodeKind::link) {
      add_linked_pointer(place, node, std::move(pointer), snapshot);
    } else if (node.kind == NodeKind::regular) {
      add_plain_pointer(place, node, std::move(pointer), snapshot);
    } else {
      pointer.state = PathState::special_file;
      snapshot.pointers.push_back(std::move(pointer));
    }
  }
}

void RepoSurvey::add_linked_pointer(const OpenPlace& place, const NodeName& node, Pointer pointer,
                                    Snapshot& snapshot) {
  const auto text = place.folder->read_link(node.name);
  if (!text) {
    pointer.state = state_of_unread_link(text.error());
    pointer.odd = oddity("", reason_of(text.error()));
    snapshot.pointers.push_back(std::move(pointer));
    return;
  }
  LinkTarget target;
  if (const std::string_view blob = usual_blob_name(ground_, place.real, *text); !blob.empty()) {
    target.fate = LinkFate::own_blob;
    target.blob = blob;
  } else {
    target = judge(place, *text);
  }
  if (target.fate == LinkFate::own_blob) {
    pointer.absolute = target.absolute;
    pointer.blob = blob_index(target.blob);
    if (pointer.blob != Pointer::kNone) {
      const Blob& blob = repo_.blobs[pointer.blob];
      if (blob.state == PathState::dangling || blob.state == PathState::hidden) {
        pointer.state = blob.state;
      }
      // The blob is a link itself, and may lead back to this one.
      if (blob.state == PathState::misdirected)
        winding_[joined(place.path, node.name)] = std::string(blob.path);
    } else if (std::ranges::find(blob_folders_, target.blob) != blob_folders_.end()) {
      pointer.state = PathState::misdirected;
      pointer.odd = oddity(*text, "it leads to a directory");
    } else {
      pointer.state = blobs_hidden_ ? PathState::hidden : PathState::dangling;
    }
    if (pointer.state != PathState::sound || target.absolute) {
      if (!pointer.odd) pointer.odd = oddity(*text, "");
    }
  } else {
    pointer.state = target.fate == LinkFate::escapes ? PathState::escapes : PathState::misdirected;
    pointer.odd = oddity(*text, words_for(target, repo_.path));
    if (target.fate == LinkFate::in_repo) winding_[joined(place.path, node.name)] = target.path;
  }
  snapshot.pointers.push_back(std::move(pointer));
}

void RepoSurvey::add_plain_pointer(const OpenPlace& place, const NodeName& node, Pointer pointer,
                                   Snapshot& snapshot) {
  pointer.plain = true;
  Blob copy{.path = repo_.names.keep({place.path, "/", node.name})};
  const auto status = place.folder->status(node.name);
  if (!status || status->kind != NodeKind::regular) {
    pointer.state = PathState::unreadable;
    pointer.odd = oddity("", status ? "it changed its kind" : reason_of(status.error()));
    snapshot.pointers.push_back(std::move(pointer));
    return;
  }
  copy.identity = status->identity;
  copy.sized = true;
  copy.place = place_index(place.real);
  if (status->identity.size > 0 && status->identity.size <= kMaxLinkFile) {
    auto text = read_small_file(*place.folder, node.name, kMaxLinkFile);
    if (!text) text = read_small_file(*place.folder, node.name, kMaxLinkFile);
    if (!text) {
      pointer.state = PathState::unreadable;
      pointer.odd = oddity("", reason_of(text.error()));
    } else if (is_link_text(*text, parts_of(pointer.path))) {
      pointer.state = PathState::link_as_text;
      pointer.odd = oddity(*text, "");
    }
  }
  pointer.blob = static_cast<std::uint32_t>(repo_.copies.size());
  repo_.copies.push_back(std::move(copy));
  snapshot.pointers.push_back(std::move(pointer));
}

bool RepoSurvey::winds_back(const std::string& start) const {
  std::string path = start;
  for (int hop = 0; hop < kMaxLinkHops; ++hop) {
    // The first component of the path that is itself a link, as the kernel would meet it.
    std::size_t cut = 0;
    auto link = winding_.end();
    while (link == winding_.end() && cut != std::string::npos) {
      cut = path.find('/', cut + 1);
      link = winding_.find(path.substr(0, cut));
    }
    if (link == winding_.end()) return false;
    path = link->second + (cut == std::string::npos ? "" : path.substr(cut));
  }
  return true;
}

void RepoSurvey::find_loops() {
  if (winding_.empty()) return;
  for (Blob& blob : repo_.blobs) {
    if (blob.state == PathState::misdirected && winds_back(std::string(blob.path)))
      call_a_loop(blob.state, blob.odd);
  }
  for (Snapshot& snapshot : repo_.snapshots) {
    for (Pointer& pointer : snapshot.pointers) {
      if (pointer.state == PathState::misdirected &&
          winds_back(joined(snapshot.path, pointer.path))) {
        call_a_loop(pointer.state, pointer.odd);
      }
    }
  }
}

}  // namespace hubward
