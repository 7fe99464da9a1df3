#include "runner/cli/repair_ground.h"

#include "runner/mend/beneath.h"
#include "verifier/text/show.h"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <thread>

namespace hubward {
namespace {

constexpr std::chrono::milliseconds kBetweenTries{200};
/// As deep as a survey goes.
constexpr int kMostDepth = 32;

std::uint64_t size_of(const Folder& folder, const std::string& name, int depth) {
  const auto status = folder.status(name);
  if (!status) return 0;
  if (status->kind != NodeKind::directory || depth == 0) return status->identity.size;
  const auto inner = folder.open_folder(name);
  const auto names = inner ? (*inner)->list() : Result<std::vector<NodeName>>({});
  std::uint64_t size = 0;
  if (!names) return size;
  for (const NodeName& below : *names) size += size_of(**inner, below.name, depth - 1);
  return size;
}

}  // namespace

QuarantineRequest quarantine_request_for(const Preparation& prepared, const Settings& settings) {
  return {.cache_path = prepared.verify.cache_path,
          .directory = settings.run.quarantine,
          .utc = std::chrono::system_clock::now(),
          .pid = ::getpid()};
}

Result<CacheGuard> CacheGuard::take(const std::string& cache_path) {
  CacheGuard guard;
  const auto cache = open_own_folder(cache_path, Make::no);
  if (!cache) return guard;
  HUBWARD_TRY(guard.folder_, lock_cache(cache->get()));
  if (guard.folder_) return guard;
  return fail(ErrorKind::try_later, show(cache_path), "another repair is at work in this cache");
}

Result<HeldLocks> wait_for_locks(const std::string& cache_path,
                                 std::span<const std::string> folders,
                                 std::optional<std::chrono::seconds> most) {
  HUBWARD_TRY(const UniqueFd cache, open_own_folder(cache_path, Make::no));
  const auto until = std::chrono::steady_clock::now() + most.value_or(std::chrono::seconds(0));
  for (;;) {
    auto locks = HeldLocks::try_take(cache.get(), folders);
    if (locks) return std::move(*locks);
    if (std::chrono::steady_clock::now() >= until) {
      return fail(ErrorKind::try_later, show(locks.error()),
                  "another process holds this lock: it is at work in this repo");
    }
    std::this_thread::sleep_for(kBetweenTries);
  }
}

std::uint64_t size_of_original(const Disk& disk, const std::string& path) {
  const PathEnd end = path_end(path);
  const auto folder = disk.open_folder(end.folder);
  return folder ? size_of(**folder, end.name, kMostDepth) : 0;
}

}  // namespace hubward
