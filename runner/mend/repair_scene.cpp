#include "runner/mend/repair_scene.h"

#include "verifier/cache/real_folders.h"

#include <utility>

namespace hubward {
namespace {

std::optional<TreeListing> stored_listing(const RepoFolder& folder, const CommitId& commit,
                                          RealFolders& folders) {
  const ListingFile* file = folder.listing(commit.hex());
  return file == nullptr ? std::nullopt : read_listing(folder, *file, folders).listing;
}

/// Of an entry whose snapshot is not there.
std::optional<TreeListing> listing_of(const RepoCase& repo, RealFolders& folders) {
  if (repo.entry == nullptr || repo.folder == nullptr || repo.reach == EntryReach::reached) {
    return std::nullopt;
  }
  if (repo.locked != nullptr) return listing_of(*repo.locked);
  return repo.commit ? stored_listing(*repo.folder, *repo.commit, folders) : std::nullopt;
}

}  // namespace

Result<std::unique_ptr<RepairScene>> look_at_scene(const VerifyRequest& request, const Disk& disk) {
  auto scene = std::make_unique<RepairScene>();
  const PairRequest wanted = pair_request_of(request);
  const SurveyRequest ground = survey_request_of(request, wanted);
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
