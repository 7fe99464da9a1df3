#include "verifier/cache/sizes.h"

#include "verifier/cache/inode_table.h"
#include "verifier/cache/real_folders.h"
#include "verifier/cache/repo_survey.h"
#include "verifier/cache/share_out.h"

#include <algorithm>
#include <span>
#include <vector>

namespace hubward {
namespace {

constexpr std::size_t kBlobsPerShare = 256;

/// Some blobs of one repo: what a worker takes at a time.
struct Share {
  const RepoFolder* repo;
  std::span<Blob> blobs;
};

void add_shares(RepoFolder& repo, std::vector<Share>& shares) {
  const std::span<Blob> blobs(repo.blobs);
  for (std::size_t at = 0; at < blobs.size(); at += kBlobsPerShare) {
    shares.push_back({&repo, blobs.subspan(at, std::min(kBlobsPerShare, blobs.size() - at))});
  }
}

/// The blobs whose directory tells an inode that was told of another one as well. That may be a
/// hard link, or chance across file systems; stat decides.
std::vector<bool> with_a_double(const CacheModel& cache) {
  std::vector<bool> doubled(cache.blob_count);
  InodeTable table(cache.blob_count);
  std::vector<const Blob*> met;
  met.reserve(cache.blob_count);
  for (const RepoFolder& repo : cache.repos) {
    for (const Blob& blob : repo.blobs) {
      const auto next = static_cast<std::uint32_t>(met.size());
      const std::uint32_t first = table.find_or_add(
          {.inode = blob.listed_inode}, next,
          [&](std::uint32_t at) { return FileIdentity{.inode = met[at]->listed_inode}; });
      met.push_back(&blob);
      if (first != next) doubled[blob.serial] = doubled[met[first]->serial] = true;
    }
  }
  return doubled;
}

/// @param name  scratch, for its memory
void take_size(const RepoFolder& repo, RealFolders& folders, std::string& name, Blob& blob) {
  const auto refuse = [&](std::string why) {
    blob.state = PathState::unreadable;
    blob.odd = std::make_unique<Oddity>(Oddity{"", std::move(why)});
  };
  const auto folder = folders.at(repo.places[blob.place]);
  if (!folder) return refuse(reason_of(folder.error()));
  name.assign(blob.path, blob.path.rfind('/') + 1);
  auto status = (*folder)->status(name);
  if (!status) status = (*folder)->status(name);
  if (!status) return refuse(reason_of(status.error()));
  if (status->kind != NodeKind::regular) return refuse("it changed its kind");
  blob.identity = status->identity;
  blob.sized = true;
}

}  // namespace

void take_sizes(const Disk& disk, const std::string& root, SizesOf which, unsigned jobs,
                CacheModel& cache) {
  std::vector<bool> doubled;
  if (which == SizesOf::what_reading_needs) doubled = with_a_double(cache);
  const auto is_needed = [&](const RepoFolder& repo, const Blob& blob) {
    return which == SizesOf::all || !repo.copies.empty() || blob.listed_inode == 0 ||
           doubled[blob.serial];
  };
  std::vector<Share> shares;
  for (RepoFolder& repo : cache.repos) add_shares(repo, shares);
  share_out(jobs, shares.size(), [&] {
    return [&, folders = RealFolders(disk, root), name = std::string()](std::size_t at) mutable {
      const RepoFolder& repo = *shares[at].repo;
      for (Blob& blob : shares[at].blobs) {
        const bool is_due = blob.state == PathState::sound && !blob.sized;
        if (is_due && is_needed(repo, blob)) take_size(repo, folders, name, blob);
      }
    };
  });
}

}  // namespace hubward
