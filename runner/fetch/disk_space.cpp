#include "runner/fetch/disk_space.h"

#include "runner/mend/beneath.h"
#include "verifier/text/show.h"
#include "verifier/text/units.h"

#include <fmt/core.h>

#include <sys/statvfs.h>

#include <cerrno>

namespace hubward {

Result<void> fits(const std::string& cache_path, std::uint64_t bytes, std::uint64_t free_bytes) {
  if (free_bytes >= bytes) return {};
  return fail(ErrorKind::io, show(cache_path),
              fmt::format("{} are to be downloaded, and {} are free", format_size(bytes),
                          format_size(free_bytes)),
              ENOSPC);
}

Result<void> expect_room(const std::string& cache_path, std::uint64_t bytes) {
  const UniqueFd folder = nearest_folder(cache_path);
  struct statvfs room = {};
  if (bytes == 0 || !folder.is_open() || ::fstatvfs(folder.get(), &room) != 0) return {};
  if (room.f_blocks == 0) return {};
  return fits(cache_path, bytes, std::uint64_t{room.f_bavail} * room.f_frsize);
}

}  // namespace hubward
