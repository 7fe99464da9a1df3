#include "tests/support/pruned.h"

#include <hubward/lock_file.h>
#include <hubward/manifest.h>
#include <hubward/verify.h>

#include <optional>
#include <stdexcept>

namespace hubward::test {

PrunePlan prune_plan_of(const CacheBuilder& cache, const std::string& manifest,
                        const std::string& lock) {
  const auto asked = parse_manifest(manifest, "manifest");
  if (!asked) throw std::runtime_error(asked.error().what);
  std::optional<LockFile> locked;
  if (!lock.empty()) {
    auto parsed = parse_lock_file(lock, "lock");
    if (!parsed) throw std::runtime_error(parsed.error().what);
    locked = std::move(*parsed);
  }
  VerifyRequest request{.cache_path = cache.path(), .manifest = &*asked};
  request.lock = locked ? &*locked : nullptr;
  const auto disk = real_disk(cache.path(), {});
  const auto ground = survey_for_prune(request, *disk);
  if (!ground) throw std::runtime_error(ground.error().what);
  return plan_prune(**ground, request.lock);
}

std::vector<std::string> items_of(const PrunePlan& plan) {
  std::vector<std::string> paths;
  for (const PruneItem& item : plan.items) paths.push_back(item.path);
  return paths;
}

}  // namespace hubward::test
