#include "verifier/cache/saved_tree.h"

#include "verifier/cache/layout.h"
#include "verifier/cache/posix_disk.h"
#include "verifier/text/hub_token.h"
#include "verifier/text/show.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>

namespace hubward {
namespace {

bool is_at_or_below(std::string_view path, std::string_view folder) {
  if (folder == "/") return path.starts_with('/');
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

std::string beneath(const std::string& folder, const std::string& name) {
  return folder == "/" ? folder + name : folder + "/" + name;
}

std::string_view folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 ? path.substr(0, 1) : path.substr(0, slash);
}

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// The folder resolved, the name itself not: an archive holds a link as a link.
std::optional<std::string> resolved(const std::string& path) {
  std::error_code failure;
  const std::string folder = std::filesystem::canonical(folder_of(path), failure).string();
  if (failure) return std::nullopt;
  return beneath(folder, std::string(name_of(path)));
}

/// In the cache's own blobs/ and in those of its repos lie a Hub's bytes, whatever their name.
bool is_among_blobs(std::string_view below_cache) {
  constexpr std::string_view kBlobs = "blobs";
  const std::size_t slash = below_cache.find('/');
  if (below_cache.substr(0, slash) == kBlobs) return true;
  if (slash == std::string_view::npos || !repo_of_folder(below_cache.substr(0, slash)))
    return false;
  const std::string_view rest = below_cache.substr(slash + 1);
  return rest.substr(0, rest.find('/')) == kBlobs;
}

/// The files in which huggingface_hub keeps what a login has given it. Source: hub-cache-format 5.
bool is_login_file(std::string_view name) { return name == "token" || name == "stored_tokens"; }

class Walk {
 public:
  Walk(const SavedTreeRequest& request, SavedTree& tree) : request_(request), tree_(tree) {}

  void take(const Folder& folder, const std::string& path, const std::string& name,
            std::size_t depth) {
    SavedNode node{.path = beneath(path, name)};
    const auto status = folder.status(name);
    if (!status) {
      // What has gone since its folder was listed is told by the second look.
      if (status.error().kind != ErrorKind::no_such_input) {
        node.trouble = show(status.error().what);
        tree_.nodes.push_back(std::move(node));
      }
      return;
    }
    node.kind = status->kind;
    if (node.kind == NodeKind::regular) {
      node.identity = status->identity;
      node.is_secret = is_secret(folder, name, node);
    } else if (node.kind == NodeKind::link) {
      auto text = folder.read_link(name);
      if (text) node.link_text = std::move(*text);
      if (!text) node.trouble = show(text.error().what);
    }
    const bool is_folder = node.kind == NodeKind::directory;
    const std::string here = node.path;
    tree_.nodes.push_back(std::move(node));
    if (is_folder) go_down(folder, here, name, depth + 1);
  }

 private:
  void go_down(const Folder& above, const std::string& path, const std::string& name,
               std::size_t depth) {
    const std::size_t own = tree_.nodes.size() - 1;
    const auto say = [&](std::string why) { tree_.nodes[own].trouble = std::move(why); };
    if (depth > request_.max_depth) {
      return say(fmt::format("more than {} folders deep", request_.max_depth));
    }
    const auto folder = above.open_folder(name);
    if (!folder) return say(show(folder.error().what));
    const auto names = (*folder)->list();
    if (!names) return say(show(names.error().what));
    if (names->size() > request_.max_entries - seen_) {
      seen_ = request_.max_entries;
      return say(fmt::format("more than {} entries in all", request_.max_entries));
    }
    seen_ += names->size();
    for (const NodeName& each : *names) take(**folder, path, each.name, depth);
  }

  bool is_secret(const Folder& folder, const std::string& name, const SavedNode& node) const {
    if (request_.secrets == LookForSecrets::no) return false;
    const bool in_cache = is_at_or_below(node.path, request_.cache);
    const std::string_view below =
        in_cache && node.path.size() > request_.cache.size()
            ? std::string_view(node.path).substr(request_.cache.size() + 1)
            : std::string_view();
    if (in_cache && is_among_blobs(below)) return false;
    // A repo may have a file of that name: in a snapshot it is the Hub's.
    const bool is_of_a_repo = in_cache && below.find("/snapshots/") != std::string_view::npos;
    if (!is_of_a_repo && is_login_file(name)) return true;
    if (node.identity.size > kMaxSecretFile) return false;
    const auto text = read_small_file(folder, name, kMaxSecretFile);
    return text && holds_hub_token(*text);
  }

  const SavedTreeRequest& request_;
  SavedTree& tree_;
  std::size_t seen_ = 0;
};

/// Each path once, and none beneath another.
std::vector<SavedRoot> distinct(std::vector<SavedRoot> roots) {
  std::ranges::sort(roots, {}, &SavedRoot::real);
  std::vector<SavedRoot> kept;
  for (SavedRoot& root : roots) {
    const bool is_held = std::ranges::any_of(
        kept, [&](const SavedRoot& other) { return is_at_or_below(root.real, other.real); });
    if (!is_held) kept.push_back(std::move(root));
  }
  return kept;
}

bool is_same(const SavedNode& left, const SavedNode& right) {
  return left.kind == right.kind && left.identity == right.identity &&
         left.link_text == right.link_text;
}

}  // namespace

const SavedNode* SavedTree::find(std::string_view path) const {
  const auto at = std::ranges::lower_bound(nodes, path, {}, &SavedNode::path);
  return at != nodes.end() && at->path == path ? &*at : nullptr;
}

bool SavedTree::covers(std::string_view path) const {
  return std::ranges::any_of(roots, [&](const SavedRoot& root) {
    return is_at_or_below(path, root.real) || is_at_or_below(path, root.named);
  });
}

bool SavedTree::is_in_cache(std::string_view path) const { return is_at_or_below(path, cache); }

std::string SavedTree::from_cache(std::string_view path) const {
  if (path == cache) return {};
  if (is_in_cache(path)) return std::string(path.substr(cache.size() + 1));
  return std::filesystem::path(path).lexically_relative(cache).string();
}

DiskAt real_disks() {
  return [](const std::string& folder) {
    return std::make_unique<PosixDisk>(folder, std::vector<std::string>());
  };
}

Result<SavedTree> survey_saved(const SavedTreeRequest& request, const DiskAt& disk_at) {
  SavedTree tree{.cache = request.cache, .roots = {}, .nodes = {}};
  for (const std::string& root : request.roots) {
    if (auto real = resolved(root)) tree.roots.push_back({root, std::move(*real)});
  }
  tree.roots = distinct(std::move(tree.roots));
  Walk walk(request, tree);
  for (const SavedRoot& root : tree.roots) {
    const std::string folder(folder_of(root.real));
    const auto disk = disk_at(folder);
    HUBWARD_TRY(const auto opened, disk->open_folder(""));
    walk.take(*opened, folder, std::string(name_of(root.real)), 0);
  }
  std::ranges::sort(tree.nodes, {}, &SavedNode::path);
  return tree;
}

std::vector<SavedChange> changes_between(const SavedTree& before, const SavedTree& after) {
  using enum SavedChange::What;
  std::vector<SavedChange> changes;
  auto old = before.nodes.begin();
  auto now = after.nodes.begin();
  while (old != before.nodes.end() || now != after.nodes.end()) {
    const bool only_old =
        now == after.nodes.end() || (old != before.nodes.end() && old->path < now->path);
    const bool only_now = !only_old && (old == before.nodes.end() || now->path < old->path);
    if (only_old) {
      changes.push_back({(old++)->path, went});
    } else if (only_now) {
      changes.push_back({(now++)->path, appeared});
    } else {
      if (!is_same(*old, *now)) changes.push_back({now->path, changed});
      ++old;
      ++now;
    }
  }
  return changes;
}

}  // namespace hubward
