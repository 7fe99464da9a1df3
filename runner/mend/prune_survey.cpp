// What a plan to prune is made from: the same look at a cache that a verification takes, and beside
// it the store that repos share and the shards that required weight indexes name.
#include "runner/mend/prune_plan.h"
#include "verifier/asked/profile.h"
#include "verifier/cache/layout.h"
#include "verifier/cache/real_folders.h"
#include "verifier/cache/sizes.h"
#include "verifier/proof/weight_index.h"

#include <utility>

namespace hubward {
namespace {

/// A sound index reads; any other names nothing, and has been a finding.
std::optional<WeightIndex> read_index(const RepoFolder& folder, const Blob& blob,
                                      RealFolders& folders) {
  const auto place = folders.at(folder.places[blob.place]);
  if (!place) return std::nullopt;
  const std::string name(blob.path.substr(blob.path.rfind('/') + 1));
  const auto text = read_small_file(**place, name, kMaxIndexBytes);
  if (!text) return std::nullopt;
  auto index = parse_weight_index(*text);
  return index ? std::optional(std::move(*index)) : std::nullopt;
}

std::set<std::string> shards_of(const RepoCase& repo, RealFolders& folders) {
  std::set<std::string> shards;
  for (const JudgedPointer& judged : repo.judged) {
    const std::string_view path = judged.pointer->path;
    const Blob* blob = repo.folder->bytes_of(*judged.pointer);
    if (!weight_index_kind(path) || blob == nullptr || blob->state != PathState::sound) continue;
    const auto index = read_index(*repo.folder, *blob, folders);
    if (!index) continue;
    const std::size_t slash = path.rfind('/');
    const std::string folder(slash == std::string_view::npos ? "" : path.substr(0, slash + 1));
    for (const std::string& shard : index->shards) shards.insert(folder + shard);
  }
  return shards;
}

/// The files of <hub>/blobs/HH; its marker stays, and is not among them.
std::map<std::string, std::uint64_t> files_of_store(const Disk& disk) {
  std::map<std::string, std::uint64_t> files;
  const std::string store(kSharedStore);
  const auto root = disk.open_folder(store);
  if (!root) return files;
  const auto names = (*root)->list();
  if (!names) return files;
  for (const NodeName& part : *names) {
    const auto folder =
        part.name.size() == 2
            ? (*root)->open_folder(part.name)
            : Result<std::unique_ptr<Folder>>(fail(ErrorKind::no_such_input, "", ""));
    if (!folder) continue;
    const auto inner = (*folder)->list();
    if (!inner) continue;
    for (const NodeName& file : *inner) {
      const auto status = (*folder)->status(file.name);
      if (!status || status->kind != NodeKind::regular) continue;
      files.emplace(store + "/" + part.name + "/" + file.name, status->identity.size);
    }
  }
  return files;
}

}  // namespace

Result<std::unique_ptr<PruneGround>> survey_for_prune(const VerifyRequest& request,
                                                      const Disk& disk) {
  auto ground = std::make_unique<PruneGround>();
  PairRequest wanted = pair_request_of(request);
  SurveyRequest whole = survey_request_of(request, wanted);
  whole.all = true;
  wanted.scope = Scope::manifest;
  HUBWARD_TRY(ground->cache, survey(disk, whole));
  take_sizes(disk, whole.roots.back(), SizesOf::all, request.jobs, ground->cache);
  RealFolders folders(disk, whole.roots.back());
  ground->pairing = pair_up(wanted, ground->cache, folders);
  for (const RepoCase& repo : ground->pairing.cases) {
    if (repo.reach == EntryReach::reached) ground->shards.emplace(&repo, shards_of(repo, folders));
  }
  ground->store = files_of_store(disk);
  return ground;
}

}  // namespace hubward
