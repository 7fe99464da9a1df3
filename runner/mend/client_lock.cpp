#include "runner/mend/client_lock.h"

#include "runner/mend/beneath.h"
#include "verifier/text/show.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

namespace hubward {
namespace {

constexpr mode_t kMode = 0664;  // as huggingface_hub >= 1.4, so that a group may share the cache

}  // namespace

bool is_held_by_hf_hub_0(int blobs, const std::string& etag) {
  const UniqueFd file(
      ::openat(blobs, (etag + ".lock").c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  return file.is_open() && ::flock(file.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

Result<std::optional<ClientLock>> ClientLock::try_take(int cache, const std::string& folder,
                                                       const std::string& etag) {
  const std::string place = ".locks/" + folder;
  HUBWARD_TRY(const UniqueFd locks, open_beneath(cache, place, Make::as_umask));
  const std::string name = etag + ".lock";
  UniqueFd file(::openat(locks.get(), name.c_str(),
                         O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, kMode));
  if (!file.is_open()) {
    return fail(ErrorKind::io, show(place + "/" + name), "cannot open lock file", errno);
  }
  // Where flock is not known (ENOLCK, ENOSYS, EOPNOTSUPP) there is nobody to wait for either.
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    return std::optional<ClientLock>();
  }
  return std::optional<ClientLock>(ClientLock(std::move(file)));
}

}  // namespace hubward
