#include "verifier/cache/sizes.h"

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

std::vector<Share> shares_of(CacheModel& cache) {
  std::vector<Share> shares;
  for (RepoFolder& repo : cache.repos) {
    const std::span<Blob> blobs(repo.blobs);
    for (std::size_t at = 0; at < blobs.size(); at += kBlobsPerShare) {
      shares.push_back({&repo, blobs.subspan(at, std::min(kBlobsPerShare, blobs.size() - at))});
    }
  }
  return shares;
}

void take_size(const RepoFolder& repo, RealFolders& folders, Blob& blob) {
  const auto refuse = [&](std::string why) {
    blob.state = PathState::unreadable;
    blob.odd = std::make_unique<Oddity>(Oddity{"", std::move(why)});
  };
  const auto folder = folders.at(repo.places[blob.place]);
  if (!folder) return refuse(reason_of(folder.error()));
  const std::string name = blob.path.substr(blob.path.rfind('/') + 1);
  auto status = (*folder)->status(name);
  if (!status) status = (*folder)->status(name);
  if (!status) return refuse(reason_of(status.error()));
  if (status->kind != NodeKind::regular) return refuse("it changed its kind");
  blob.identity = status->identity;
}

}  // namespace

void take_sizes(const Disk& disk, const std::string& root, unsigned jobs, CacheModel& cache) {
  const std::vector<Share> shares = shares_of(cache);
  share_out(jobs, shares.size(), [&] {
    return [&, folders = RealFolders(disk, root)](std::size_t at) mutable {
      for (Blob& blob : shares[at].blobs) {
        const bool is_known = blob.identity != FileIdentity{};
        if (blob.state == PathState::sound && !is_known) take_size(*shares[at].repo, folders, blob);
      }
    };
  });
}

}  // namespace hubward
