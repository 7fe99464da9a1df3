#include "verifier/cache/sizes.h"

#include <algorithm>
#include <atomic>
#include <span>
#include <thread>
#include <vector>

#include "verifier/cache/real_folders.h"
#include "verifier/cache/repo_survey.h"

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
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    RealFolders folders(disk, root);
    for (std::size_t at = next++; at < shares.size(); at = next++) {
      for (Blob& blob : shares[at].blobs) {
        const bool is_known = blob.identity != FileIdentity{};
        if (blob.state == PathState::sound && !is_known) take_size(*shares[at].repo, folders, blob);
      }
    }
  };
  const std::size_t wanted = jobs == 0 ? std::max(1u, std::thread::hardware_concurrency()) : jobs;
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < std::min(wanted, shares.size()); ++i) threads.emplace_back(work);
  work();
}

}  // namespace hubward
