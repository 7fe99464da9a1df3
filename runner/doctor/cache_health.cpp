#include "runner/doctor/cache_health.h"

#include "runner/mend/beneath.h"
#include "runner/mend/holders.h"
#include "runner/mend/move_node.h"
#include "verifier/cache/layout.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

namespace hubward {
namespace {

class Walk {
 public:
  Walk(int root, Ownership& told) : root_(root), told_(told) {}

  void begin() {
    struct stat status = {};
    if (::fstat(root_, &status) != 0) return;
    told_.owner = status.st_uid;
    told_.mode = fmt::format("{:04o}", status.st_mode & 07777);
    folder("", root_);
  }

  /// A folder that is there; one that is none, or is a link, belongs to the findings.
  UniqueFd folder(const std::string& path) {
    auto opened = open_beneath(root_, path, Make::no);
    if (opened) {
      folder(path, opened->get());
      return std::move(*opened);
    }
    if (opened.error().sys_errno == EACCES) count(told_.unreadable, told_.first_unreadable, path);
    return UniqueFd();
  }

  void file(int folder, const std::string& name, const std::string& path) {
    struct stat status = {};
    if (::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return;
    owner(status, path);
    if (!S_ISREG(status.st_mode)) return;
    if (::faccessat(folder, name.c_str(), R_OK, AT_EACCESS) != 0) {
      count(told_.unreadable, told_.first_unreadable, path);
    }
  }

 private:
  static void count(std::uint64_t& number, std::string& first, const std::string& path) {
    if (number++ == 0) first = path.empty() ? "." : path;
  }

  void owner(const struct stat& status, const std::string& path) {
    if (status.st_uid != told_.owner) count(told_.foreign, told_.first_foreign, path);
  }

  void folder(const std::string& path, int fd) {
    struct stat status = {};
    if (::fstat(fd, &status) == 0) owner(status, path);
    if (::faccessat(fd, ".", R_OK | X_OK, AT_EACCESS) != 0) {
      count(told_.unreadable, told_.first_unreadable, path);
    } else if (::faccessat(fd, ".", W_OK, AT_EACCESS) != 0) {
      count(told_.closed_folders, told_.first_closed, path);
    }
  }

  int root_;
  Ownership& told_;  // outlives the walk
};

void walk_repo(Walk& walk, const RepoFolder& repo) {
  if (repo.state != PathState::sound) return;
  walk.folder(repo.path);
  for (const char* part : {"/refs", "/snapshots", "/trees"}) walk.folder(repo.path + part);
  for (const Snapshot& snapshot : repo.snapshots) walk.folder(snapshot.path);
  const std::string place = repo.path + "/blobs";
  const UniqueFd blobs = walk.folder(place);
  if (!blobs.is_open()) return;
  for (const Blob& blob : repo.blobs) {
    // A name with a slash is an odd one, and a finding.
    if (blob.name.find('/') != std::string_view::npos) continue;
    const std::string name(blob.name);
    walk.file(blobs.get(), name, fmt::format("{}/{}", place, name));
  }
}

void look_at_locks_in(int root, const std::string& place, bool is_beside_blobs, LockFiles& told) {
  const auto folder = open_beneath(root, place, Make::no);
  if (!folder) return;
  const auto names = names_in(folder->get());
  if (!names) return;
  for (const std::string& name : *names) {
    if (!is_lock_name(name)) continue;
    ++told.there;
    told.beside_blobs += is_beside_blobs ? 1 : 0;
    if (!FoundLock::try_take(folder->get(), name) && told.held.size() < kMostShown) {
      told.held.push_back(fmt::format("{}/{}", place, name));
    }
  }
}

void count_partials(const std::vector<Leftover>& leftovers, CacheHealth& health) {
  for (const Leftover& leftover : leftovers) {
    if (leftover.kind != LeftoverKind::partial) continue;
    if (health.partials++ == 0) health.first_partial = leftover.path;
    health.partial_bytes += leftover.size;
  }
}

}  // namespace

LayoutCounts layouts_of(const CacheModel& cache) {
  LayoutCounts counts;
  for (const RepoFolder& repo : cache.repos) {
    counts.listings += repo.listings.size();
    for (const Snapshot& snapshot : repo.snapshots) {
      for (const Pointer& pointer : snapshot.pointers) {
        const Blob* blob = repo.bytes_of(pointer);
        if (blob == nullptr) continue;
        (pointer.plain ? counts.copies : blob->shared ? counts.shared : counts.links) += 1;
      }
    }
  }
  return counts;
}

CacheHealth look_at_cache(const std::string& path, const CacheModel& cache) {
  CacheHealth health;
  health.file_system = look_at_file_system(path);
  const auto root = open_own_folder(path, Make::no);
  health.exists = cache.exists && root.has_value();
  if (!health.exists) return health;
  health.layouts = layouts_of(cache);
  health.repos = cache.repos.size();
  count_partials(cache.leftovers, health);
  Walk walk(root->get(), health.ownership);
  walk.begin();
  for (const RepoFolder& repo : cache.repos) {
    count_partials(repo.leftovers, health);
    walk_repo(walk, repo);
    look_at_locks_in(root->get(), ".locks/" + repo.path, false, health.locks);
    look_at_locks_in(root->get(), repo.path + "/blobs", true, health.locks);
  }
  return health;
}

}  // namespace hubward
