#include "verifier/cache/repo_survey.h"

#include "verifier/cache/layout.h"
#include "verifier/text/repo_path.h"

#include <algorithm>
#include <utility>

namespace hubward {
namespace {

bool is_special(NodeKind kind) {
  return kind == NodeKind::fifo || kind == NodeKind::socket || kind == NodeKind::device;
}

}  // namespace

bool EntryBudget::take(std::size_t entries) {
  std::size_t left = left_;
  std::size_t after = 0;
  do {
    after = entries > left ? 0 : left - entries;
  } while (!left_.compare_exchange_weak(left, after));
  return entries <= left;
}

RepoSurvey::RepoSurvey(const Disk& disk, const SurveyRequest& request, EntryBudget& budget,
                       RepoFolder& repo)
    : disk_(disk), request_(request), budget_(budget), repo_(repo) {}

void RepoSurvey::walk(const OpenPlace& place) {
  ground_ = LinkGround{request_.roots, repo_.path, place.real};
  std::vector<NodeName> names = judged_names(place, "");
  // Blobs first: a pointer is told sound or dangling against them.
  std::stable_partition(names.begin(), names.end(),
                        [](const NodeName& node) { return node.name == "blobs"; });
  for (const NodeName& node : names) {
    if (node.name == "blobs" || node.name == "refs" || node.name == "snapshots" ||
        node.name == ".no_exist" || node.name == "trees") {
      const auto inner = enter_inner(place, node);
      if (!inner && node.name == "blobs") {
        const PathState state = repo_.odd_nodes.back().state;
        blobs_hidden_ = state != PathState::misdirected && state != PathState::linked_folder;
      }
      if (!inner) continue;
      if (node.name == "blobs") {
        walk_blobs(*inner, "");
        blobs_hidden_ = std::ranges::find(repo_.odd_nodes, inner->path, &OddNode::path) !=
                            repo_.odd_nodes.end() &&
                        repo_.blobs.empty();
        sort_unless_sorted(repo_.blobs, &Blob::name);
        note_blob_names();
      } else if (node.name == "refs") {
        walk_refs(*inner, "");
      } else if (node.name == "snapshots") {
        walk_snapshots(*inner);
      } else if (node.name == "trees") {
        walk_listings(*inner);
      } else {
        walk_markers(*inner, "", "");
      }
    } else if (is_partial_name(node.name) && node.kind == NodeKind::regular) {
      repo_.leftovers.push_back({LeftoverKind::partial, joined(place.path, node.name), 0});
    } else {
      add_stray(place, node);
    }
  }
  find_loops();
}

std::vector<NodeName> RepoSurvey::judged_names(const OpenPlace& place, std::string_view inside) {
  std::string why;
  auto names = names_in(place, why);
  if (!names) {
    note_odd(place.path, PathState::unreadable, {"", why});
    return {};
  }
  if (!budget_.take(names->size())) {
    note_odd(place.path, PathState::hostile_name, {"", kTooManyEntries});
    return {};
  }
  add_collisions(place.path, *names, repo_.colliding);
  const std::string_view above = std::string_view(place.path).substr(repo_.path.size());
  const bool has_room = above.size() + kMaxNameBytes < kMaxPathBytes &&
                        std::cmp_less(std::ranges::count(above, '/') + 1, kMaxPathDepth);
  std::erase_if(*names, [&](const NodeName& node) {
    if (has_room && is_ordinary_name(node.name)) return is_browser_litter(node.name);
    const std::string path = joined(place.path, node.name);
    auto fault = fault_of_seen_path(below_repo(path));
    // A drive prefix bites where a client joins the name, which is not where the repo folder
    // begins.
    const std::size_t joined_size =
        inside.empty() ? node.name.size() : inside.size() + 1 + node.name.size();
    if (!fault)
      fault = fault_of_seen_path(std::string_view(path).substr(path.size() - joined_size));
    if (fault) {
      note_odd(path, PathState::hostile_name, {"", *fault});
      return true;
    }
    return is_browser_litter(node.name);
  });
  return std::move(*names);
}

std::optional<OpenPlace> RepoSurvey::enter_inner(const OpenPlace& parent, const NodeName& node) {
  Entered entered = enter(disk_, request_, parent, node);
  if (entered.state != PathState::sound) {
    note_odd(joined(parent.path, node.name), entered.state, std::move(entered.odd));
  }
  return std::move(entered.place);
}

void RepoSurvey::note_odd(std::string path, PathState state, Oddity odd) {
  repo_.odd_nodes.push_back({std::move(path), state, std::move(odd)});
}

std::string_view RepoSurvey::below_repo(std::string_view path) const {
  return path.substr(repo_.path.size() + 1);
}

LinkTarget RepoSurvey::judge(const OpenPlace& place, std::string_view text) const {
  return judge_link(ground_, place.real, text);
}

void RepoSurvey::add_stray(const OpenPlace& place, const NodeName& node) {
  const std::string path = joined(place.path, node.name);
  if (is_special(node.kind)) {
    note_odd(path, PathState::special_file, {});
    return;
  }
  if (node.kind == NodeKind::link && note_hostile_link(place, node)) return;
  repo_.leftovers.push_back({LeftoverKind::unexpected, path, 0});
}

std::optional<PathState> RepoSurvey::note_hostile_link(const OpenPlace& place,
                                                       const NodeName& node) {
  const std::string path = joined(place.path, node.name);
  const auto text = place.folder->read_link(node.name);
  if (!text && is_over_long(text.error())) {
    note_odd(path, PathState::hostile_name, {"", reason_of(text.error())});
    return PathState::hostile_name;
  }
  if (!text || judge(place, *text).fate != LinkFate::escapes) return std::nullopt;
  note_odd(path, PathState::escapes, {*text, ""});
  return PathState::escapes;
}

void RepoSurvey::walk_refs(const OpenPlace& place, const std::string& prefix) {
  const std::vector<NodeName> names = judged_names(place, prefix);
  if (names.empty() && !prefix.empty()) {
    repo_.refs.push_back({.name = prefix, .path = place.path, .is_directory = true});
  }
  for (const NodeName& node : names) {
    const std::string name = joined(prefix, node.name);
    if (node.kind == NodeKind::directory) {
      if (const auto inner = enter_inner(place, node)) walk_refs(*inner, name);
    } else if (is_special(node.kind)) {
      note_odd(joined(place.path, node.name), PathState::special_file, {});
    } else if (is_ref_temporary(node.name)) {
      repo_.leftovers.push_back({LeftoverKind::partial, joined(place.path, node.name), 0});
    } else {
      add_ref(place, node, name);
    }
  }
}

void RepoSurvey::add_ref(const OpenPlace& place, const NodeName& node, const std::string& name) {
  Ref ref{.name = name, .path = joined(place.path, node.name)};
  if (node.kind == NodeKind::link) {
    ref.state = note_hostile_link(place, node).value_or(PathState::misdirected);
    if (auto text = place.folder->read_link(node.name)) ref.link_text = std::move(*text);
    repo_.refs.push_back(std::move(ref));
    return;
  }
  auto text = read_small_file(*place.folder, node.name, kMaxRefBytes);
  if (!text) text = read_small_file(*place.folder, node.name, kMaxRefBytes);
  if (text) {
    ref.text = std::move(*text);
  } else if (text.error().kind == ErrorKind::bad_input) {
    ref.too_long = true;
  } else {
    ref.state = PathState::unreadable;
    note_odd(ref.path, PathState::unreadable, {"", reason_of(text.error())});
  }
  repo_.refs.push_back(std::move(ref));
}

void RepoSurvey::walk_markers(const OpenPlace& place, const std::string& commit,
                              const std::string& prefix) {
  for (const NodeName& node : judged_names(place, prefix)) {
    if (node.kind == NodeKind::directory) {
      const auto inner = enter_inner(place, node);
      if (!inner) continue;
      if (commit.empty()) {
        walk_markers(*inner, node.name, "");
      } else {
        walk_markers(*inner, commit, joined(prefix, node.name));
      }
      continue;
    }
    if (node.kind == NodeKind::link && note_hostile_link(place, node)) continue;
    if (node.kind == NodeKind::link && commit.empty() && CommitId::parse(node.name)) {
      const auto behind = enter(disk_, request_, place, node);
      if (behind.place)
        walk_markers_behind(joined(place.path, node.name), *behind.place, node.name, "", 0);
    }
    // A link there is no client's, and yet Python follows it to tell whether a marker is there.
    const bool marks = node.kind == NodeKind::regular || node.kind == NodeKind::link;
    if (marks && !commit.empty()) {
      repo_.markers.push_back({commit, joined(prefix, node.name), joined(place.path, node.name)});
    }
    if (node.kind != NodeKind::regular || commit.empty()) add_stray(place, node);
  }
}

// Python follows that link, too: each file behind it is marked, and it is the link that marks it.
void RepoSurvey::walk_markers_behind(const std::string& link, const OpenPlace& place,
                                     const std::string& commit, const std::string& inside,
                                     int depth) {
  std::string why;
  const auto names = names_in(place, why);
  // What cannot be read or is beyond the bounds there is said where it really lies.
  if (!names || std::cmp_greater(depth, kMaxPathDepth) || !budget_.take(names->size())) return;
  for (const NodeName& node : *names) {
    const std::string path = joined(inside, node.name);
    if (node.kind != NodeKind::directory) {
      repo_.markers.push_back({commit, path, link});
    } else if (const auto inner = enter(disk_, request_, place, node); inner.place) {
      walk_markers_behind(link, *inner.place, commit, path, depth + 1);
    }
  }
}

void RepoSurvey::walk_listings(const OpenPlace& place) {
  constexpr std::string_view kSuffix = ".json";
  for (const NodeName& node : judged_names(place, "")) {
    const std::string path = joined(place.path, node.name);
    const std::string_view name = node.name;
    const bool is_listing =
        name.ends_with(kSuffix) && CommitId::parse(name.substr(0, name.size() - kSuffix.size()));
    if (is_special(node.kind)) {
      note_odd(path, PathState::special_file, {});
    } else if (is_listing && node.kind != NodeKind::directory) {
      ListingFile listing{
          .commit = std::string(name.substr(0, 40)), .path = path, .real_folder = place.real};
      if (node.kind == NodeKind::link) {
        if (note_hostile_link(place, node)) continue;
        listing.state = PathState::misdirected;
      } else if (const auto status = place.folder->status(node.name)) {
        listing.size = status->identity.size;
      }
      repo_.listings.push_back(std::move(listing));
    } else if (name.starts_with("tmp") && name.ends_with(".tmp")) {
      repo_.leftovers.push_back({LeftoverKind::partial, path, 0});
    } else {
      add_stray(place, node);
    }
  }
}

}  // namespace hubward
