#include "runner/mend/quarantine.h"

#include "runner/mend/beneath.h"
#include "verifier/cache/unique_fd.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

namespace hubward {
namespace {

/// A client of hf-hub 0.4.3 or 0.5 holds its lock file by flock. Source: hub-cache-format 2.10.
bool is_held(int root, const std::string& path) {
  const PathEnd end = path_end(path);
  const auto folder = open_beneath(root, end.folder, Make::no);
  if (!folder) return false;
  const UniqueFd lock(
      ::openat(folder->get(), end.name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!lock.is_open()) return errno == EACCES;
  return ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

}  // namespace

Result<Quarantined> quarantine(const QuarantineRequest& request,
                               std::span<const QuarantineItem> items) {
  Quarantined result;
  if (items.empty()) return result;
  HUBWARD_TRY(const UniqueFd cache, open_own_folder(request.cache_path, Make::no));
  HUBWARD_TRY(Session session, Session::open(request));
  for (const QuarantineItem& item : items) {
    if (!item.unless_held.empty() && is_held(cache.get(), item.unless_held)) continue;
    const auto moved = session.take(item.path, item.code);
    if (!moved) {
      session.roll_back();
      return tl::unexpected(moved.error());
    }
    if (*moved) result.moved.push_back(item);
  }
  result.directory = session.directory();
  return result;
}

}  // namespace hubward
