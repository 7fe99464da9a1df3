#include "runner/fetch/presence.h"

#include "runner/mend/repo_writer.h"
#include "verifier/cache/layout.h"

#include <fmt/core.h>

#include <map>
#include <memory>
#include <utility>

namespace hubward {
namespace {

/// Folders of one repo, each opened once.
class Folders {
 public:
  Folders(const Disk& disk, std::string repo) : disk_(disk), repo_(std::move(repo)) {}

  const Folder* at(const std::string& path) {
    const auto [known, is_new] = open_.try_emplace(path);
    if (is_new) {
      auto folder = disk_.open_folder(repo_ + "/" + path);
      if (folder) known->second = std::move(*folder);
    }
    return known->second.get();
  }

 private:
  const Disk& disk_;
  std::string repo_;
  std::map<std::string, std::unique_ptr<Folder>> open_;
};

std::pair<std::string, std::string> taken_apart(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return {"", path};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

bool has_bytes(const Disk& disk, const Folder& blobs, const std::string& name) {
  const auto status = blobs.status(name);
  if (!status) return false;
  if (status->kind != NodeKind::link) return status->kind == NodeKind::regular;
  const auto text = blobs.read_link(name);
  const std::string payload = text ? shared_payload_of(*text) : "";
  if (payload.empty()) return false;
  const auto [folder, file] = taken_apart(payload);
  const auto store = disk.open_folder(folder);
  const auto found = store ? (*store)->status(file) : fail(ErrorKind::io, "", "");
  return found && found->kind == NodeKind::regular;
}

/// By itself, or with a folder above it.
bool is_leaving(const Leaving& leaving, std::string path) {
  while (!leaving.empty()) {
    if (leaving.contains(path)) return true;
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) break;
    path.resize(slash);
  }
  return false;
}

}  // namespace

Presence look_for(const Disk& disk, const RepoId& repo, const CommitId& commit,
                  std::span<const WantedPath> wanted, const Leaving& leaving) {
  Presence presence;
  const std::string repo_folder = folder_name(repo) + "/";
  Folders folders(disk, folder_name(repo));
  const auto leaves = [&](const std::string& path) { return is_leaving(leaving, path); };
  const Folder* blobs = folders.at("blobs");
  for (const WantedPath& file : wanted) {
    const std::string name = file.oid.hex();
    const bool has_blob = blobs != nullptr && has_bytes(disk, *blobs, name);
    if (has_blob && !leaves(fmt::format("{}blobs/{}", repo_folder, name)))
      presence.blobs.insert(name);
    const auto [above, last] = taken_apart("snapshots/" + commit.hex() + "/" + file.path);
    const Folder* folder = folders.at(above);
    const auto status = folder == nullptr ? fail(ErrorKind::io, "", "") : folder->status(last);
    if (!status || leaves(fmt::format("{}{}/{}", repo_folder, above, last))) continue;
    const bool is_copy = status->kind == NodeKind::regular;
    bool is_link = false;
    if (status->kind == NodeKind::link) {
      const auto text = folder->read_link(last);
      is_link = text && *text == link_text(file.path, file.oid) && presence.blobs.contains(name);
    }
    if (is_copy || is_link) presence.sound_paths.insert(file.path);
  }
  return presence;
}

std::optional<TreeListing> stored_listing(const Disk& disk, const RepoId& repo,
                                          const CommitId& commit) {
  const auto folder = disk.open_folder(folder_name(repo) + "/trees");
  if (!folder) return std::nullopt;
  const auto text = read_small_file(**folder, commit.hex() + ".json", kMaxListingBytes);
  if (!text) return std::nullopt;
  auto listing = parse_tree_listing(*text);
  if (!listing) return std::nullopt;
  return std::move(*listing);
}

bool has_ref(const Disk& disk, const RepoId& repo, const Revision& revision,
             const CommitId& commit) {
  const auto [above, name] = taken_apart("refs/" + revision.text());
  const auto folder = disk.open_folder(folder_name(repo) + "/" + above);
  if (!folder) return false;
  const auto text = read_small_file(**folder, name, 1024);
  return text && *text == commit.hex();
}

}  // namespace hubward
