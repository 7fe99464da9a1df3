#include "verifier/cache/survey.h"

#include "verifier/cache/layout.h"
#include "verifier/cache/repo_survey.h"
#include "verifier/cache/share_out.h"
#include "verifier/text/repo_path.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

namespace hubward {
namespace {

char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_below(const std::string& path, const std::string& folder) {
  return path == folder || path.starts_with(folder == "/" ? folder : folder + "/");
}

constexpr int kMaxLinkHops = 40;  // the kernel's own limit

/// Follows a directory link by texts alone: every component that it leads through is looked at from
/// its own folder, and a link among them is judged like the first. The kernel would follow them all
/// unseen.
class LinkWalk {
 public:
  LinkWalk(const Disk& disk, const SurveyRequest& request) : disk_(disk), request_(request) {}

  /// @param real_folder  of the link, absolute
  Entered enter(const std::string& real_folder, const std::string& text) {
    if (goes_back(text)) {
      winds();
      return std::move(entered_);
    }
    std::string leads_to = lexically_joined(real_folder, text);
    for (int hop = 0; hop < kMaxLinkHops; ++hop) {
      const std::string* root = root_of(leads_to);
      if (root == nullptr) return enter_allowed(leads_to);
      auto further = step(*root, leads_to);
      if (!further) return std::move(entered_);
      leads_to = std::move(*further);
    }
    entered_.state = PathState::loop;
    entered_.odd.why = "it leads back to itself";
    return std::move(entered_);
  }

 private:
  const std::string* root_of(const std::string& path) const {
    for (const std::string& root : request_.roots) {
      if (is_below(path, root)) return &root;
    }
    return nullptr;
  }

  /// Walks down from the root; nullopt at the end, or where the next link leads.
  std::optional<std::string> step(const std::string& root, const std::string& leads_to) {
    auto folder = disk_.open_folder("");
    std::string real = request_.roots.back();
    std::string_view rest = std::string_view(leads_to).substr(root.size());
    while (folder && rest.size() > 1) {
      rest.remove_prefix(1);
      const std::string name(rest.substr(0, rest.find('/')));
      rest.remove_prefix(name.size());
      const auto status = (*folder)->status(name);
      if (!status) return leads_nowhere(status.error());
      if (status->kind == NodeKind::link) {
        const auto text = (*folder)->read_link(name);
        if (!text) {
          entered_.state = state_of_unread_link(text.error());
          entered_.odd.why = reason_of(text.error());
          return std::nullopt;
        }
        if (goes_back(*text)) return winds();
        return lexically_joined(real, *text) + std::string(rest);
      }
      if (status->kind != NodeKind::directory) {
        entered_.state = PathState::linked_folder;
        entered_.odd.why = "it leads to something else than a directory";
        return std::nullopt;
      }
      folder = (*folder)->open_folder(name);
      real = joined(real, name);
    }
    if (!folder) return leads_nowhere(folder.error());
    entered_.state = PathState::linked_folder;
    entered_.place = OpenPlace{std::move(*folder), "", real};
    return std::nullopt;
  }

  std::optional<std::string> winds() {
    entered_.state = PathState::outside_folder;
    entered_.odd.why = "it goes down and up again: where it ends no text can tell";
    return std::nullopt;
  }

  std::optional<std::string> leads_nowhere(const Error& error) {
    const bool is_absent = error.kind == ErrorKind::no_such_input;
    entered_.state = is_absent ? PathState::linked_folder : PathState::unreadable;
    entered_.odd.why = is_absent ? "it leads to nothing" : reason_of(error);
    return std::nullopt;
  }

  Entered enter_allowed(const std::string& leads_to) {
    const bool is_allowed =
        std::any_of(request_.allow_roots.begin(), request_.allow_roots.end(),
                    [&](const std::string& root) { return is_below(leads_to, root); });
    entered_.state = PathState::outside_folder;
    if (!is_allowed) return std::move(entered_);
    auto folder = disk_.open_allowed(leads_to);
    if (folder) {
      entered_.state = PathState::linked_folder;
      entered_.place = OpenPlace{std::move(*folder), "", leads_to};
    } else if (folder.error().kind == ErrorKind::no_such_input) {
      leads_nowhere(folder.error());
    } else {
      // Through a further link, which may lead anywhere, or closed to us: as good as out.
      entered_.odd.why = reason_of(folder.error());
    }
    return std::move(entered_);
  }

  const Disk& disk_;
  const SurveyRequest& request_;
  Entered entered_;
};

/// Where a directory link leads, if we may go there. A linked_folder without place leads nowhere.
Entered enter_linked(const Disk& disk, const SurveyRequest& request, const OpenPlace& parent,
                     const std::string& name) {
  const auto text = parent.folder->read_link(name);
  if (!text) {
    Entered entered;
    entered.state = state_of_unread_link(text.error());
    entered.odd.why = reason_of(text.error());
    return entered;
  }
  Entered entered = LinkWalk(disk, request).enter(parent.real, *text);
  entered.odd.link_text = *text;
  if (entered.place) entered.place->path = joined(parent.path, name);
  return entered;
}

/// hf-hub 0.3.2 (lib.rs, temp_path) makes `tmp` for its temporary files and never removes it: with
/// nothing in it no download was interrupted.
bool is_empty_folder(const OpenPlace& root, const NodeName& node) {
  if (node.kind != NodeKind::directory) return false;
  const auto folder = root.folder->open_folder(node.name);
  if (!folder) return false;
  const auto names = (*folder)->list();
  return names && names->empty();
}

void survey_root_leftover(const OpenPlace& root, const NodeName& node, const SurveyRequest& request,
                          CacheModel& model) {
  if (node.kind == NodeKind::link) {
    const auto text = root.folder->read_link(node.name);
    const LinkGround ground{request.roots, node.name, joined(root.real, node.name)};
    if (!text && is_over_long(text.error())) {
      model.odd_nodes.push_back(
          {node.name, PathState::hostile_name, {"", reason_of(text.error())}});
      return;
    }
    if (text && judge_link(ground, root.real, *text).fate == LinkFate::escapes) {
      model.odd_nodes.push_back({node.name, PathState::escapes, {*text, ""}});
      return;
    }
  }
  if (node.kind == NodeKind::fifo || node.kind == NodeKind::socket ||
      node.kind == NodeKind::device) {
    model.odd_nodes.push_back({node.name, PathState::special_file, {}});
    return;
  }
  if (node.name == "tmp" && is_empty_folder(root, node)) return;
  const bool is_temporary =
      node.name == "tmp" || (node.name.starts_with("tmp") && node.name.size() == 11);
  std::uint64_t size = 0;
  if (const auto status = root.folder->status(node.name);
      status && status->kind == NodeKind::regular) {
    size = status->identity.size;
  }
  model.leftovers.push_back(
      {is_temporary ? LeftoverKind::partial : LeftoverKind::unexpected, node.name, size});
}

void survey_repo(const Disk& disk, const SurveyRequest& request, const OpenPlace& root,
                 const NodeName& node, EntryBudget& budget, RepoFolder& folder) {
  Entered entered = enter(disk, request, root, node);
  folder.state = entered.state;
  if (entered.state != PathState::sound) {
    folder.odd_nodes.push_back({node.name, entered.state, entered.odd});
  }
  if (entered.place) {
    RepoSurvey(disk, request, budget, folder).walk(*entered.place);
  } else if (entered.state == PathState::linked_folder) {
    folder.state = PathState::dangling;
  }
}

/// A repo folder a task: a walk is one system call after the other, and repos know nothing of each
/// other. Each fills its own slot, so that the order is the directory's.
/// @param nodes  the entry of each folder
void survey_repos(const Disk& disk, const SurveyRequest& request, const OpenPlace& root,
                  const std::vector<NodeName>& nodes, EntryBudget& budget,
                  std::vector<RepoFolder>& folders) {
  share_out(request.jobs, folders.size(), [&] {
    return
        [&](std::size_t at) { survey_repo(disk, request, root, nodes[at], budget, folders[at]); };
  });
}

void number_blobs(CacheModel& model) {
  for (RepoFolder& repo : model.repos) {
    for (Blob& blob : repo.blobs) blob.serial = model.blob_count++;
    for (Blob& copy : repo.copies) copy.serial = model.blob_count++;
  }
}

bool is_wanted(const SurveyRequest& request, const RepoId& repo) {
  return request.all || std::ranges::find(request.repos, repo) != request.repos.end();
}

}  // namespace

std::string reason_of(const Error& error) {
  return error.sys_errno != 0 ? std::generic_category().message(error.sys_errno) : error.what;
}

std::vector<std::string> roots_of(const std::string& cache_path) {
  std::error_code failure;
  const std::filesystem::path resolved = std::filesystem::canonical(cache_path, failure);
  if (failure || resolved == cache_path) return {cache_path};
  return {cache_path, resolved.string()};
}

std::string joined(std::string_view folder, std::string_view name) {
  std::string path(folder);
  if (!path.empty()) path += '/';
  path += name;
  return path;
}

void add_collisions(const std::string& folder, const std::vector<NodeName>& names,
                    std::vector<std::string>& out) {
  // Two names can only collide when one of them has a capital: most folders are done here.
  const auto has_capital = [](const NodeName& node) {
    unsigned capitals = 0;
    for (const char c : node.name) capitals |= static_cast<unsigned>(c >= 'A' && c <= 'Z');
    return capitals != 0;
  };
  if (std::none_of(names.begin(), names.end(), has_capital)) return;
  const auto lowered = [](std::string name) {
    std::transform(name.begin(), name.end(), name.begin(), ascii_lower);
    return name;
  };
  std::map<std::string, std::string> seen;  // lowered -> first spelling
  for (const NodeName& node : names) {
    const auto [at, is_new] = seen.emplace(lowered(node.name), node.name);
    if (!is_new) out.push_back(joined(folder, node.name));
  }
}

std::optional<std::vector<NodeName>> names_in(const OpenPlace& place, std::string& why) {
  auto names = place.folder->list();
  if (!names) names = place.folder->list();
  if (!names) {
    why = reason_of(names.error());
    return std::nullopt;
  }
  for (NodeName& node : *names) {
    if (node.kind != NodeKind::unknown) continue;
    if (const auto status = place.folder->status(node.name)) node.kind = status->kind;
  }
  return std::move(*names);
}

Entered enter(const Disk& disk, const SurveyRequest& request, const OpenPlace& parent,
              const NodeName& node) {
  if (node.kind == NodeKind::link) return enter_linked(disk, request, parent, node.name);
  Entered entered;
  if (node.kind == NodeKind::directory || node.kind == NodeKind::unknown) {
    auto folder = parent.folder->open_folder(node.name);
    if (!folder) folder = parent.folder->open_folder(node.name);
    if (folder) {
      entered.place = OpenPlace{std::move(*folder), joined(parent.path, node.name),
                                joined(parent.real, node.name)};
    } else {
      entered.state = PathState::unreadable;
      entered.odd.why = reason_of(folder.error());
    }
  } else if (node.kind == NodeKind::regular) {
    entered.state = PathState::misdirected;
    entered.odd.why = "a plain file where a directory belongs";
  } else {
    entered.state = PathState::special_file;
  }
  return entered;
}

Result<CacheModel> survey(const Disk& disk, const SurveyRequest& request) {
  CacheModel model;
  auto folder = disk.open_folder("");
  if (!folder && folder.error().kind == ErrorKind::no_such_input &&
      folder.error().sys_errno != ENOTDIR) {
    model.exists = false;
    return model;
  }
  if (!folder) return tl::unexpected(folder.error());
  const OpenPlace root{std::move(*folder), "", request.roots.back()};
  HUBWARD_TRY(const std::vector<NodeName> listed, root.folder->list());
  EntryBudget budget(request.max_entries);
  const bool too_many = !budget.take(listed.size());
  if (too_many) model.odd_nodes.push_back({".", PathState::hostile_name, {"", kTooManyEntries}});

  std::vector<NodeName> repo_nodes;
  for (NodeName node : listed) {
    model.root_names.push_back(node.name);
    const std::optional<RepoId> repo = repo_of_folder(node.name);
    if (!(repo && is_wanted(request, *repo)) && !request.all) continue;
    if (node.kind == NodeKind::unknown) {
      if (const auto status = root.folder->status(node.name)) node.kind = status->kind;
    }
    if (const auto fault = fault_of_seen_path(node.name)) {
      model.odd_nodes.push_back({node.name, PathState::hostile_name, {"", *fault}});
    } else if (repo && node.kind != NodeKind::regular) {
      model.repos.push_back({.repo = *repo, .path = node.name});
      repo_nodes.push_back(std::move(node));
    } else if (request.all && !too_many &&
               (!is_harmless_in_root(node.name) || node.kind == NodeKind::link) &&
               !(node.name == kSharedStore && node.kind == NodeKind::directory)) {
      survey_root_leftover(root, node, request, model);
    }
  }
  survey_repos(disk, request, root, repo_nodes, budget, model.repos);
  number_blobs(model);
  if (request.all) add_collisions("", listed, model.colliding);
  return model;
}

}  // namespace hubward
