#include "runner/fetch/fetch_plan.h"

#include <algorithm>

namespace hubward {
namespace {

void add_file(const std::string& path, const Digest& oid, std::uint64_t size,
              const Presence& presence, EntryPlan& plan) {
  ++plan.required;
  if (presence.sound_paths.contains(path)) return;
  const Deed deed = presence.blobs.contains(oid.hex()) ? Deed::link : Deed::download;
  plan.files.push_back({path, oid, size, deed});
}

}  // namespace

EntryPlan plan_entry(const ManifestEntry& entry, const LockedRepo* locked,
                     const TreeListing& listing, const Presence& presence) {
  EntryPlan plan;
  if (locked != nullptr) {
    for (const LockedFile& file : locked->files) {
      if (is_excluded(entry, file.path)) continue;
      add_file(file.path, file.oid, file.size, presence, plan);
    }
    return plan;
  }
  for (const ListedFile* file : required_of(entry, listing)) {
    add_file(file->path, file->oid, file->size, presence, plan);
  }
  plan.absent = absent_from_listing(entry, listing);
  return plan;
}

PlanTotals totals_of(std::span<const EntryPlan> plans) {
  PlanTotals totals;
  std::set<std::string> counted;
  for (const EntryPlan& plan : plans) {
    for (const PlannedFile& file : plan.files) {
      ++totals.files;
      if (file.deed != Deed::download || !counted.insert(file.oid.hex()).second) continue;
      ++totals.downloads;
      totals.bytes += file.size;
    }
  }
  return totals;
}

bool is_unmarked(const ManifestEntry& entry) {
  return !entry.profile && entry.gguf.empty() && entry.files.empty() && entry.never.empty();
}

}  // namespace hubward
