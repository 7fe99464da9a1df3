#include "runner/mend/repair_scene.h"

#include "verifier/cache/real_folders.h"
#include "verifier/cache/survey.h"
#include "verifier/proof/tree_listing.h"

#include <numeric>
#include <utility>

namespace hubward {
namespace {

std::vector<std::size_t> selected_of(const VerifyRequest& request) {
  if (!request.selected.empty() || request.manifest == nullptr) return request.selected;
  std::vector<std::size_t> all(request.manifest->entries.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

TreeListing listing_of(const LockedRepo& locked) {
  TreeListing listing;
  for (const LockedFile& file : locked.files) {
    listing.files.push_back(
        {.path = file.path, .size = file.size, .oid = file.oid, .sha256 = file.sha256});
  }
  return listing;
}

std::optional<TreeListing> stored_listing(const RepoFolder& folder, const CommitId& commit,
                                          RealFolders& folders) {
  const ListingFile* file = folder.listing(commit.hex());
  if (file == nullptr || file->state != PathState::sound) return std::nullopt;
  const auto directory = folders.at(file->real_folder);
  if (!directory) return std::nullopt;
  const auto text =
      read_small_file(**directory, file->path.substr(file->path.rfind('/') + 1), kMaxListingBytes);
  if (!text) return std::nullopt;
  auto listing = parse_tree_listing(*text);
  return listing ? std::optional(std::move(*listing)) : std::nullopt;
}

/// Of an entry whose snapshot is not there.
std::optional<TreeListing> listing_of(const RepoCase& repo, RealFolders& folders) {
  if (repo.entry == nullptr || repo.folder == nullptr || repo.reach == Reach::reached) {
    return std::nullopt;
  }
  if (repo.locked != nullptr) return listing_of(*repo.locked);
  return repo.commit ? stored_listing(*repo.folder, *repo.commit, folders) : std::nullopt;
}

}  // namespace

Result<std::unique_ptr<RepairScene>> look_at_scene(const VerifyRequest& request, const Disk& disk) {
  auto scene = std::make_unique<RepairScene>();
  const PairRequest wanted{.manifest = request.manifest,
                           .lock = request.lock,
                           .selected = selected_of(request),
                           .scope = request.scope};
  SurveyRequest ground{.roots = roots_of(request.cache_path),
                       .allow_roots = request.allow_roots,
                       .all = request.scope == Scope::all,
                       .jobs = request.jobs};
  for (const std::size_t entry : wanted.selected) {
    ground.repos.push_back(request.manifest->entries[entry].repo);
  }
  HUBWARD_TRY(scene->cache, survey(disk, ground));
  RealFolders folders(disk, ground.roots.back());
  scene->pairing = pair_up(wanted, scene->cache, folders);
  for (const RepoCase& repo : scene->pairing.cases) {
    if (auto listing = listing_of(repo, folders)) {
      scene->listings.emplace(&repo, std::move(*listing));
    }
  }
  return scene;
}

}  // namespace hubward
