#include "runner/mend/prune.h"

#include "runner/mend/beneath.h"
#include "runner/mend/client_lock.h"
#include "runner/mend/holders.h"
#include "runner/mend/remove_beneath.h"
#include "verifier/cache/layout.h"
#include "verifier/text/show.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <optional>
#include <string_view>
#include <utility>

namespace hubward {
namespace {

std::string_view first_of(std::string_view path) { return path.substr(0, path.find('/')); }

bool is_there(int root, const std::string& path) {
  const PathEnd end = path_end(path);
  const auto folder = open_beneath(root, end.folder, Make::no);
  struct stat status = {};
  return folder && ::fstatat(folder->get(), end.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

tl::unexpected<Error> held(const std::string& lock) {
  return fail(ErrorKind::try_later, show(lock),
              "another process holds this lock: it downloads into this repo");
}

/// Errors: try_later.
Result<FoundLock> take_found(int root, const std::string& path) {
  const PathEnd end = path_end(path);
  const auto folder = open_beneath(root, end.folder, Make::no);
  if (!folder) return FoundLock();
  auto lock = FoundLock::try_take(folder->get(), end.name);
  if (!lock) return held(path);
  return std::move(*lock);
}

/// The locks under which every client writes a blob of that name: held while this lives. A lock
/// file that was not there before goes again.
class BlobLocks {
 public:
  static Result<BlobLocks> take(int root, std::string folder, const std::string& etag) {
    BlobLocks locks(root, std::move(folder), etag);
    HUBWARD_TRY(locks.own_, take_found(root, locks.folder_ + "/blobs/" + etag + ".lock"));
    locks.makes_all_ = !is_there(root, ".locks");
    locks.makes_folder_ = !is_there(root, ".locks/" + locks.folder_);
    locks.makes_file_ = !is_there(root, locks.file());
    HUBWARD_TRY(locks.shared_, ClientLock::try_take(root, locks.folder_, etag));
    if (!locks.shared_) return held(locks.file());
    return locks;
  }

  BlobLocks(BlobLocks&& other) noexcept
      : root_(std::exchange(other.root_, -1)),
        folder_(std::move(other.folder_)),
        etag_(std::move(other.etag_)),
        own_(std::move(other.own_)),
        shared_(std::move(other.shared_)),
        makes_file_(other.makes_file_),
        makes_folder_(other.makes_folder_),
        makes_all_(other.makes_all_) {}
  BlobLocks& operator=(BlobLocks&&) = delete;
  ~BlobLocks() {
    if (root_ < 0 || !shared_ || !makes_file_) return;
    // Whoever has opened it meanwhile waits for nothing: the blob is gone, and is made anew.
    static_cast<void>(remove_beneath(root_, file()));
    if (makes_folder_) remove_empty_above(root_, file(), makes_all_ ? 0 : 1);
  }

 private:
  BlobLocks(int root, std::string folder, std::string etag)
      : root_(root), folder_(std::move(folder)), etag_(std::move(etag)) {}
  std::string file() const { return ".locks/" + folder_ + "/" + etag_ + ".lock"; }

  int root_;
  std::string folder_;
  std::string etag_;
  FoundLock own_;
  std::optional<ClientLock> shared_;
  bool makes_file_ = false;
  bool makes_folder_ = false;
  bool makes_all_ = false;
};

/// "<etag>" of "<etag>.<8 hex>.incomplete" and of ".<etag>.<8 hex>.shared".
std::string etag_of_partial(std::string_view name) {
  if (name.starts_with('.')) name.remove_prefix(1);
  return std::string(name.substr(0, name.find('.')));
}

Result<void> remove_leftover(int root, const std::string& path) {
  const PathEnd end = path_end(path);
  const std::string repo(first_of(path));
  const bool is_in_blobs = end.folder == repo + "/blobs";
  if (is_lock_name(end.name)) {
    HUBWARD_TRY([[maybe_unused]] const FoundLock lock, take_found(root, path));
    return remove_beneath(root, path);
  }
  const std::string etag = etag_of_partial(end.name);
  if (!is_in_blobs || etag.empty()) return remove_beneath(root, path);
  HUBWARD_TRY([[maybe_unused]] const BlobLocks locks, BlobLocks::take(root, repo, etag));
  return remove_beneath(root, path);
}

Result<void> remove_blob(int root, const std::string& path) {
  const std::string etag = path_end(path).name;
  HUBWARD_TRY([[maybe_unused]] const BlobLocks locks,
              BlobLocks::take(root, std::string(first_of(path)), etag));
  return remove_beneath(root, path);
}

/// With its notes and its lock. Source: docs/shared-store.md.
Result<void> remove_payload(int root, const std::string& path) {
  HUBWARD_TRY([[maybe_unused]] const FoundLock lock, take_found(root, path + ".lock"));
  for (const char* suffix : {"", ".refs", ".lock"}) {
    HUBWARD_TRY_VOID(remove_beneath(root, path + suffix));
  }
  remove_empty_above(root, path, 1);
  return {};
}

Result<void> take_step(int root, const PruneStep& step) {
  switch (step.phase) {
    case PrunePhase::ref:
      HUBWARD_TRY_VOID(remove_beneath(root, step.path));
      // An empty folder in refs/ would be read as a ref that is a directory.
      remove_empty_above(root, step.path, 2);
      return {};
    case PrunePhase::pointer:
      HUBWARD_TRY_VOID(remove_beneath(root, step.path));
      remove_empty_above(root, step.path, 3);
      return {};
    case PrunePhase::leftover: return remove_leftover(root, step.path);
    case PrunePhase::blob: return remove_blob(root, step.path);
    case PrunePhase::payload: return remove_payload(root, step.path);
    case PrunePhase::marker:
    case PrunePhase::listing:
    case PrunePhase::repo: return remove_beneath(root, step.path);
  }
  return {};
}

}  // namespace

Result<void> prune(const std::string& cache_path, const PrunePlan& plan) {
  HUBWARD_TRY(const UniqueFd cache, open_own_folder(cache_path, Make::no));
  // Each is taken again when its blob's turn comes, so they are let go here.
  const std::vector<std::string> repos(plan.repos.begin(), plan.repos.end());
  if (const auto locks = HeldLocks::try_take(cache.get(), repos); !locks)
    return held(locks.error());
  for (const PruneStep& step : plan.steps) HUBWARD_TRY_VOID(take_step(cache.get(), step));
  return {};
}

}  // namespace hubward
