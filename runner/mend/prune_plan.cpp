#include "runner/mend/prune_plan.h"

#include "verifier/cache/layout.h"
#include "verifier/checks/reach.h"
#include "verifier/text/show.h"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace hubward {
namespace {

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// What of one repo's folder has to stay.
struct Needs {
  std::set<std::string> refs;
  /// By commit: the paths that are needed.
  std::map<std::string, std::set<std::string, std::less<>>> snapshots;
  /// Why every ref and snapshot stays, and only what none of them leads to goes; empty: not so.
  std::string whole;
  std::string untouched;  ///< why all of it stays; empty: it does not
};

class Planner {
 public:
  Planner(const PruneGround& ground, const LockFile* lock) : ground_(ground) {
    for (const RepoCase& repo : ground.pairing.cases) {
      if (repo.entry != nullptr && repo.folder != nullptr) add_needs(repo);
    }
    if (lock == nullptr) return;
    for (const LockedRepo& locked : lock->repos) {
      const RepoFolder* folder = ground.cache.find(locked.repo);
      if (folder == nullptr || needs_.contains(folder)) continue;
      needs_[folder].whole = "the lock lists it, and no entry of the manifest stands for it";
    }
  }

  PrunePlan plan() {
    if (leads_elsewhere_) {
      plan_.spared.emplace_back(
          "nothing is deleted: a needed model's folder is a link, and may lead to any other");
      return std::move(plan_);
    }
    for (const RepoFolder& folder : ground_.cache.repos) {
      const auto needs = needs_.find(&folder);
      if (needs == needs_.end()) {
        drop_repo(folder);
      } else if (!needs->second.untouched.empty()) {
        spare(folder, needs->second.untouched);
      } else {
        thin_out(folder, needs->second);
      }
    }
    drop_store();
    for (const Leftover& leftover : ground_.cache.leftovers) drop_from_root(leftover);
    std::ranges::sort(plan_.items, {}, &PruneItem::path);
    std::ranges::sort(plan_.steps, [](const PruneStep& a, const PruneStep& b) {
      return std::tie(a.phase, a.path) < std::tie(b.phase, b.path);
    });
    return std::move(plan_);
  }

 private:
  void add_needs(const RepoCase& repo) {
    Needs& needs = needs_[repo.folder];
    if (repo.folder->state == PathState::linked_folder) leads_elsewhere_ = true;
    if (!repo.folder->odd_nodes.empty()) {
      needs.untouched = "not all of it is as a client leaves it";
      leads_elsewhere_ = leads_elsewhere_ || std::ranges::any_of(repo.folder->odd_nodes, is_link);
      return;
    }
    if (repo.reach != EntryReach::reached || repo.judged.empty()) {
      needs.whole = "an optional entry does not find its files there";
      return;
    }
    needs.refs.insert(repo.revision);
    auto& paths = needs.snapshots[repo.commit->hex()];
    for (const JudgedPointer& judged : repo.judged) paths.emplace(judged.pointer->path);
    if (const auto at = ground_.shards.find(&repo); at != ground_.shards.end()) {
      paths.insert(at->second.begin(), at->second.end());
    }
  }

  static bool is_link(const OddNode& odd) { return odd.state == PathState::linked_folder; }

  void spare(const RepoFolder& folder, const std::string& why) {
    plan_.spared.push_back(fmt::format("{} stays as it is: {}", show(folder.path), why));
    for (const Blob& blob : folder.blobs) {
      if (blob.shared) needed_payloads_.emplace(blob.path);
    }
    // Links into the store may hide where we cannot look.
    store_is_known_ = store_is_known_ && !hides_part_of(folder, folder.path);
  }

  void step(const RepoFolder& folder, PrunePhase phase, std::string path) {
    plan_.repos.insert(folder.path);
    plan_.steps.push_back({phase, std::move(path)});
  }

  void item(std::string path, std::string why, std::uint64_t bytes) {
    plan_.items.push_back({std::move(path), std::move(why), bytes});
  }

  /// Of the blob in this repo's own folder: a payload's bytes are freed with the payload.
  static std::uint64_t bytes_of(const Blob& blob) { return blob.shared ? 0 : blob.identity.size; }

  static std::string place_of(const RepoFolder& folder, const Blob& blob) {
    return folder.path + "/blobs/" + std::string(blob.name);
  }

  void drop_repo(const RepoFolder& folder) {
    if (folder.state != PathState::sound && folder.state != PathState::linked_folder) {
      return spare(folder, "it cannot be looked into");
    }
    if (hides_part_of(folder, folder.path)) {
      return spare(folder, "not all of it can be looked into");
    }
    std::uint64_t bytes = 0;
    for (const Blob& blob : folder.blobs) bytes += bytes_of(blob);
    for (const Blob& copy : folder.copies) bytes += copy.identity.size;
    for (const Leftover& leftover : folder.leftovers) bytes += leftover.size;
    item(folder.path, "no entry of the manifest names it", bytes);
    step(folder, PrunePhase::repo, folder.path);
    // Beyond a linked folder nothing is ours: the link goes, and what it leads to stays.
    if (folder.state == PathState::linked_folder || !folder.odd_nodes.empty()) return;
    if (!folder.refs.empty()) step(folder, PrunePhase::ref, folder.path + "/refs");
    if (!folder.snapshots.empty()) step(folder, PrunePhase::pointer, folder.path + "/snapshots");
    if (!folder.markers.empty()) step(folder, PrunePhase::marker, folder.path + "/.no_exist");
    if (!folder.listings.empty()) step(folder, PrunePhase::listing, folder.path + "/trees");
    for (const Blob& blob : folder.blobs) step(folder, PrunePhase::blob, place_of(folder, blob));
  }

  void thin_out(const RepoFolder& folder, const Needs& needs) {
    if (needs.whole.empty()) {
      drop_refs(folder, needs);
      drop_notes(folder, needs);
    } else {
      plan_.spared.push_back(
          fmt::format("{} keeps all its files: {}", show(folder.path), needs.whole));
    }
    std::set<std::uint32_t> used;     // indexes of blobs
    std::set<std::uint64_t> vouched;  // sizes of plain files that stay
    for (const Snapshot& snapshot : folder.snapshots) {
      const auto paths = needs.snapshots.find(snapshot.name);
      if (needs.whole.empty() && paths == needs.snapshots.end()) {
        drop_snapshot(folder, snapshot);
        continue;
      }
      for (const Pointer& pointer : snapshot.pointers) {
        if (needs.whole.empty() && !paths->second.contains(pointer.path)) {
          drop_pointer(folder, snapshot, pointer);
        } else if (pointer.plain) {
          const Blob* bytes = folder.bytes_of(pointer);
          if (bytes != nullptr) vouched.insert(bytes->identity.size);
        } else if (pointer.blob != Pointer::kNone) {
          used.insert(pointer.blob);
        }
      }
    }
    drop_blobs(folder, used, vouched);
    for (const Leftover& leftover : folder.leftovers) drop_leftover(folder, leftover);
  }

  void drop_refs(const RepoFolder& folder, const Needs& needs) {
    for (const Ref& ref : folder.refs) {
      if (ref.state != PathState::sound || needs.refs.contains(ref.name)) continue;
      if (needs.snapshots.contains(std::string(trimmed_ref(ref.text)))) continue;
      item(ref.path, "a revision that no entry asks for", 0);
      step(folder, PrunePhase::ref, ref.path);
    }
  }

  void drop_snapshot(const RepoFolder& folder, const Snapshot& snapshot) {
    std::uint64_t bytes = 0;
    for (const Pointer& pointer : snapshot.pointers) {
      const Blob* copy = pointer.plain ? folder.bytes_of(pointer) : nullptr;
      if (copy != nullptr) bytes += copy->identity.size;
    }
    item(snapshot.path, "a commit that no entry leads to", bytes);
    step(folder, PrunePhase::pointer, snapshot.path);
  }

  void drop_pointer(const RepoFolder& folder, const Snapshot& snapshot, const Pointer& pointer) {
    const Blob* copy = pointer.plain ? folder.bytes_of(pointer) : nullptr;
    std::string path = path_of(snapshot, pointer);
    item(path, "no entry requires this file", copy == nullptr ? 0 : copy->identity.size);
    step(folder, PrunePhase::pointer, std::move(path));
  }

  /// Markers and listings of commits that go.
  void drop_notes(const RepoFolder& folder, const Needs& needs) {
    std::set<std::string> commits;
    for (const Marker& marker : folder.markers) {
      if (!needs.snapshots.contains(marker.commit)) commits.insert(marker.commit);
    }
    for (const std::string& commit : commits) {
      item(folder.path + "/.no_exist/" + commit, "markers of a commit that no entry leads to", 0);
      step(folder, PrunePhase::marker, folder.path + "/.no_exist/" + commit);
    }
    for (const ListingFile& listing : folder.listings) {
      if (needs.snapshots.contains(listing.commit)) continue;
      item(listing.path, "a listing of a commit that no entry leads to", listing.size);
      step(folder, PrunePhase::listing, listing.path);
    }
  }

  void drop_blobs(const RepoFolder& folder, const std::set<std::uint32_t>& used,
                  const std::set<std::uint64_t>& vouched) {
    for (std::uint32_t index = 0; index < folder.blobs.size(); ++index) {
      const Blob& blob = folder.blobs[index];
      const bool is_nested = blob.name.find('/') != std::string_view::npos;
      const bool stays = used.contains(index) || is_nested || blob.state != PathState::sound ||
                         vouched.contains(blob.identity.size);
      if (stays) {
        if (blob.shared) needed_payloads_.emplace(blob.path);
        continue;
      }
      item(place_of(folder, blob), "no needed file leads to this blob", bytes_of(blob));
      step(folder, PrunePhase::blob, place_of(folder, blob));
    }
  }

  void drop_leftover(const RepoFolder& folder, const Leftover& leftover) {
    if (leftover.kind == LeftoverKind::unexpected) {
      plan_.spared.push_back(
          fmt::format("{} stays: no client has written it", show(leftover.path)));
      return;
    }
    const bool is_lock = leftover.kind == LeftoverKind::lock_file;
    item(leftover.path, is_lock ? "a lock that nobody holds" : "an interrupted download",
         leftover.size);
    step(folder, PrunePhase::leftover, leftover.path);
  }

  void drop_from_root(const Leftover& leftover) {
    // Python before 0.23 kept its temporary files in the root. A folder there may be anyone's.
    const bool is_ours = leftover.kind == LeftoverKind::partial && name_of(leftover.path) != "tmp";
    if (!is_ours) {
      plan_.spared.push_back(
          fmt::format("{} stays: no client that is known has written it", show(leftover.path)));
      return;
    }
    item(leftover.path, "an interrupted download", leftover.size);
    plan_.steps.push_back({PrunePhase::leftover, leftover.path});
  }

  /// Payloads that no remaining link needs, with the notes and locks beside them.
  void drop_store() {
    if (!store_is_known_) return;
    for (const auto& [path, size] : ground_.store) {
      const std::string payload = shared_payload_of("../../" + path);
      if (payload == path && !needed_payloads_.contains(path)) {
        item(path, "no needed file leads to this payload", size);
        plan_.steps.push_back({PrunePhase::payload, path});
      } else if (path.ends_with(".tmp") || path.ends_with(".lock.soft") || is_partial_name(path)) {
        item(path, "an interrupted download", size);
        plan_.steps.push_back({PrunePhase::leftover, path});
      }
    }
  }

  const PruneGround& ground_;
  std::map<const RepoFolder*, Needs> needs_;
  std::set<std::string, std::less<>> needed_payloads_;
  bool store_is_known_ = true;
  bool leads_elsewhere_ = false;
  PrunePlan plan_;
};

}  // namespace

std::uint64_t PrunePlan::bytes() const {
  std::uint64_t sum = 0;
  for (const PruneItem& item : items) sum += item.bytes;
  return sum;
}

PrunePlan plan_prune(const PruneGround& ground, const LockFile* lock) {
  return Planner(ground, lock).plan();
}

}  // namespace hubward
