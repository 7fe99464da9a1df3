#include "verifier/cache/disk.h"

#include "verifier/cache/posix_disk.h"
#include <hubward/verify.h>

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>

namespace hubward {

Result<std::optional<std::size_t>> FileBytes::read_ready_at(std::uint64_t offset,
                                                            std::span<std::byte> buffer) const {
  HUBWARD_TRY(const std::size_t got, read_at(offset, buffer));
  return got;
}

bool lacks_descriptors(const Error& error) {
  return error.sys_errno == EMFILE || error.sys_errno == ENFILE;
}

Result<std::string> read_small_file(const Folder& folder, const std::string& name,
                                    std::size_t max_bytes) {
  HUBWARD_TRY(const std::unique_ptr<FileBytes> file, folder.open_file(name));
  const std::uint64_t size = file->at_open().size;
  const auto too_large = [&] {
    return fail(ErrorKind::bad_input, name, fmt::format("is larger than {} bytes", max_bytes));
  };
  if (size > max_bytes) return too_large();

  // One byte more than expected is asked for: a short answer then is the end of the file, and a
  // file that grew meanwhile is read on up to the limit.
  std::string text;
  std::size_t have = 0;
  for (std::size_t want = static_cast<std::size_t>(size) + 1;;
       want = std::min(max_bytes + 1, want * 2)) {
    text.resize(want);
    HUBWARD_TRY(const std::size_t got,
                file->read_at(have, std::as_writable_bytes(std::span(text).subspan(have))));
    have += got;
    if (have < want) break;
    if (want > max_bytes) return too_large();
  }
  text.resize(have);
  return text;
}

std::unique_ptr<Disk> real_disk(const std::string& cache_path,
                                const std::vector<std::string>& allow_roots) {
  return std::make_unique<PosixDisk>(cache_path, allow_roots);
}

}  // namespace hubward
