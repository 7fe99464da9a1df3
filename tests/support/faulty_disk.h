// A disk that fails, lies or changes on demand, around another one: for the moments that a real
// disk will not repeat (a file that grows while it is read, an EIO that comes once).
#pragma once

#include "verifier/cache/disk.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hubward::test {

enum class DiskCall {
  open_folder,
  list,
  status,
  read_link,
  open_file,
  identity,
  read,
  read_ready,  ///< and then, unless it is not ready, a read
};
enum class DiskEffect {
  fails,           ///< an io error with `sys_errno`
  vanishes,        ///< no_such_input, as if removed in between
  flips,           ///< read: one bit of the file's first byte, where it is among those given back
  shortens,        ///< read: half of what was asked, though more is there
  ends,            ///< read: nothing, as at the end of the file
  other_identity,  ///< identity, status: each time modified a nanosecond later than the time before
  other_kind,      ///< status, list: a FIFO
  not_ready,       ///< read_ready: a disk would have to be waited for
  over_long,       ///< read_link: as of a text beyond kMaxLinkText, which Linux itself never gives
};

/// One fault. It applies to the calls of its kind at its path from the `from`th on, `times` of
/// them.
struct DiskFault {
  DiskCall call = DiskCall::read;
  std::string path;  ///< relative to the cache; empty: every path
  DiskEffect effect = DiskEffect::fails;
  int from = 1;
  int times = 1;  ///< 0: for ever
  int sys_errno = 5;
};

/// Thread safety: as Disk's; calls are counted under a lock.
class FaultyDisk final : public Disk {
 public:
  /// @param inner  borrowed; outlives this disk and what it opens
  FaultyDisk(const Disk& inner, std::vector<DiskFault> faults);

  Result<std::unique_ptr<Folder>> open_folder(std::string_view path) const override;
  Result<std::unique_ptr<Folder>> open_allowed(std::string_view absolute_path) const override;

  /// How many calls of that kind were made at that path ("": at any).
  int calls(DiskCall call, const std::string& path = "") const;

  struct Script;

 private:
  const Disk& inner_;
  std::shared_ptr<Script> script_;
};

}  // namespace hubward::test
