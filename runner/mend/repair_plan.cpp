#include "runner/mend/repair_plan.h"

#include "runner/mend/ref_plan.h"
#include "runner/mend/repo_writer.h"

#include <algorithm>
#include <set>
#include <utility>

namespace hubward {
namespace {

/// The NAME of "…/blobs/NAME", with either slash and white space around; empty when it is none.
std::string blob_named_by(std::string_view text) {
  const std::size_t end = text.find_last_not_of(" \t\r\n");
  if (end == std::string_view::npos) return {};
  std::string path(text.substr(0, end + 1));
  std::ranges::replace(path, '\\', '/');
  constexpr std::string_view kBlobs = "blobs/";
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos || !path.substr(0, slash + 1).ends_with(kBlobs)) return {};
  const std::size_t before = slash + 1 - kBlobs.size();
  if (before != 0 && path[before - 1] != '/') return {};
  return path.substr(slash + 1);
}

const Blob* sound_blob(const RepoFolder& folder, std::string_view name) {
  const auto at = std::ranges::lower_bound(folder.blobs, name, {}, &Blob::name);
  const bool is_there = at != folder.blobs.end() && at->name == name;
  return is_there && at->state == PathState::sound ? &*at : nullptr;
}

bool has_a_link(const CacheModel& cache) {
  for (const RepoFolder& folder : cache.repos) {
    for (const Snapshot& snapshot : folder.snapshots) {
      if (std::ranges::any_of(snapshot.pointers, [](const Pointer& p) { return !p.plain; })) {
        return true;
      }
    }
  }
  return false;
}

/// A blob and what its bytes must be.
struct Target {
  std::string name;
  std::optional<Digest> oid;
};

class Planner {
 public:
  explicit Planner(const RepairView& view)
      : view_(view), makes_copies_links_(has_a_link(view.cache)) {
    for (const Finding& finding : view.report.findings) {
      codes_[finding.path].insert(finding.code);
    }
    for (const QuarantineItem& item : view.bad) bad_.insert(item.path);
  }

  std::vector<RepairStep> plan() {
    for (const RepoCase& repo : view_.pairing.cases) {
      if (repo.folder == nullptr) continue;
      if (repo.snapshot != nullptr) mend_pointers(repo);
      if (repo.entry != nullptr) make_missing_links(repo);
    }
    for (const Finding& finding : view_.report.findings) mend_finding(finding);
    for (const QuarantineItem& item : view_.bad) set_aside(item);
    std::vector<RepairStep> steps;
    for (auto& entry : steps_) steps.push_back(std::move(entry.second));
    std::stable_partition(steps.begin(), steps.end(),
                          [](const RepairStep& step) { return step.deed != RepairDeed::ref; });
    return steps;
  }

 private:
  bool has(const std::string& path, FindingCode code) const {
    const auto at = codes_.find(path);
    return at != codes_.end() && at->second.contains(code);
  }
  void add(RepairStep step) {
    step.else_take = step.else_take || bad_.contains(step.path);
    std::string path = step.path;
    steps_.try_emplace(std::move(path), std::move(step));
  }

  void mend_pointers(const RepoCase& repo);
  void make_missing_links(const RepoCase& repo);
  void add_link(const RepoFolder& folder, const std::string& snapshot, std::string_view path,
                const Target& target, FindingCode code);
  std::optional<Target> target_of(const RepoCase& repo, const JudgedPointer& judged) const;
  std::optional<FindingCode> fault_of(const Pointer& pointer, const std::string& path) const;
  void adopt(const RepoCase& repo, const JudgedPointer& judged, const std::string& path);
  void mend_finding(const Finding& finding);
  void mend_ref(const Finding& finding);
  void set_aside(const QuarantineItem& item);

  const RepairView& view_;
  bool makes_copies_links_;
  std::map<std::string, std::set<FindingCode>> codes_;
  std::set<std::string> bad_;
  std::map<std::string, RepairStep> steps_;
};

/// The listed blob, where there is a listing and the repo has it.
std::optional<Target> listed_target(const RepoFolder& folder, const ListedFile& listed) {
  if (sound_blob(folder, listed.oid.hex()) != nullptr) return Target{listed.oid.hex(), listed.oid};
  if (listed.sha256 && sound_blob(folder, listed.sha256->hex()) != nullptr) {
    return Target{listed.sha256->hex(), listed.sha256};
  }
  return std::nullopt;
}

std::optional<Target> Planner::target_of(const RepoCase& repo, const JudgedPointer& judged) const {
  const Pointer& pointer = *judged.pointer;
  // An absolute link that leads to its blob keeps it: what it means does not change.
  if (pointer.absolute && pointer.state == PathState::sound &&
      !has(repo.path_of(pointer), FindingCode::oid_mismatch)) {
    return Target{std::string(repo.folder->blobs[pointer.blob].name), std::nullopt};
  }
  if (judged.listed != nullptr) return listed_target(*repo.folder, *judged.listed);
  if (!pointer.odd || pointer.state == PathState::dangling) return std::nullopt;
  std::string name = blob_named_by(pointer.odd->link_text);
  const auto oid = Digest::from_hex(name);
  if (!oid || sound_blob(*repo.folder, name) == nullptr) return std::nullopt;
  return Target{std::move(name), oid};
}

/// What a link would mend.
std::optional<FindingCode> Planner::fault_of(const Pointer& pointer,
                                             const std::string& path) const {
  switch (pointer.state) {
    case PathState::misdirected: return FindingCode::pointer_misdirected;
    case PathState::link_as_text: return FindingCode::pointer_as_text;
    case PathState::loop: return FindingCode::pointer_loop;
    case PathState::dangling: return FindingCode::pointer_dangling;
    case PathState::sound:
      if (has(path, FindingCode::oid_mismatch)) return FindingCode::oid_mismatch;
      if (pointer.absolute) return FindingCode::pointer_absolute;
      return std::nullopt;
    // Hostile ones are set aside by who says so, never quietly made good.
    case PathState::hostile_name:
    case PathState::special_file:
    case PathState::outside_folder:
    case PathState::linked_folder:
    case PathState::escapes:
    case PathState::hidden:
    case PathState::unreadable: return std::nullopt;
  }
  return std::nullopt;
}

void Planner::mend_pointers(const RepoCase& repo) {
  if (view_.links == LinkPolicy::none) return;
  for (const JudgedPointer& judged : repo.judged) {
    const std::string path = repo.path_of(*judged.pointer);
    if (const auto code = fault_of(*judged.pointer, path)) {
      const auto target = target_of(repo, judged);
      if (target) add_link(*repo.folder, repo.snapshot->path, judged.pointer->path, *target, *code);
    } else if (judged.pointer->plain && judged.pointer->state == PathState::sound) {
      adopt(repo, judged, path);
    }
  }
}

void Planner::add_link(const RepoFolder& folder, const std::string& snapshot, std::string_view path,
                       const Target& target, FindingCode code) {
  add({.deed = RepairDeed::link,
       .path = snapshot + "/" + std::string(path),
       .code = code,
       .blob = folder.path + "/blobs/" + target.name,
       .oid = target.oid,
       .text = link_text(path, target.name)});
}

// Only what the verification has held against something: bytes that nothing vouches for have no
// name to be stored under.
void Planner::adopt(const RepoCase& repo, const JudgedPointer& judged, const std::string& path) {
  if (!makes_copies_links_) return;
  const auto codes = codes_.find(path);
  const bool is_sound = codes == codes_.end();
  if (!is_sound || !has(repo.snapshot->path, FindingCode::pointer_copied)) return;
  RepairStep step{.deed = RepairDeed::adopt, .path = path, .code = FindingCode::pointer_copied};
  if (judged.listed != nullptr) step.oid = judged.listed->oid;
  add(std::move(step));
}

// Restores and archivers drop links and keep blobs. A snapshot that is gone as a whole is made
// again as far as its blobs are there; of one that is there, what the entry requires.
void Planner::make_missing_links(const RepoCase& repo) {
  if (view_.links == LinkPolicy::none || repo.reach == EntryReach::hidden) return;
  const auto known = view_.listings.find(&repo);
  const CommitId* commit = repo.commit              ? &*repo.commit
                           : repo.locked != nullptr ? &repo.locked->commit
                                                    : nullptr;
  if (commit == nullptr) return;
  const std::string place = repo.folder->path + "/snapshots/" + commit->hex();
  const Snapshot* snapshot = repo.folder->snapshot(commit->hex());
  const auto make = [&](const ListedFile& file, FindingCode code) {
    const bool is_there =
        snapshot != nullptr &&
        std::ranges::binary_search(snapshot->pointers, file.path, {}, &Pointer::path);
    const auto target = is_there ? std::nullopt : listed_target(*repo.folder, file);
    if (target) add_link(*repo.folder, place, file.path, *target, code);
  };
  if (known != view_.listings.end()) {
    for (const ListedFile& file : known->second.files) make(file, FindingCode::snapshot_empty);
  } else {
    for (const ListedFile* file : repo.required) make(*file, FindingCode::file_missing);
  }
}

void Planner::mend_finding(const Finding& finding) {
  using enum FindingCode;
  const FindingCode code = finding.code;
  if (code == ref_missing || code == ref_malformed || code == ref_whitespace || code == ref_drift) {
    mend_ref(finding);
  } else if (code == unreadable) {
    add({.deed = RepairDeed::open_up, .path = finding.path, .code = code});
  } else if (code == listing_malformed) {
    // One that may not be read is another user's, and serves him.
    const bool is_closed = finding.detail && finding.detail->starts_with("it cannot be read");
    if (!is_closed) add({.deed = RepairDeed::take, .path = finding.path, .code = code});
  }
}

void Planner::mend_ref(const Finding& finding) {
  const std::size_t slash = finding.path.find('/');
  constexpr std::string_view kRefs = "/refs/";
  if (slash == std::string::npos || finding.path.compare(slash, kRefs.size(), kRefs) != 0) return;
  const auto folder =
      std::ranges::find(view_.cache.repos, finding.path.substr(0, slash), &RepoFolder::path);
  if (folder == view_.cache.repos.end()) return;
  RefQuestion question{.folder = *folder,
                       .name = finding.path.substr(slash + kRefs.size()),
                       .pairing = view_.pairing};
  for (const RepoCase& repo : view_.pairing.cases) {
    const bool asks = repo.entry != nullptr && repo.folder == &*folder;
    if (asks && repo.revision == question.name) question.locked = repo.locked;
  }
  std::optional<CommitId> commit;
  const bool is_sound_within =
      finding.code == FindingCode::ref_whitespace || finding.code == FindingCode::ref_drift;
  if (is_sound_within) {
    commit = CommitId::parse(finding.expected.value_or(""));
  } else {
    commit = commit_for_ref(question);
    // Without its snapshot a new ref would only be another lie; a download writes it, last.
    const Snapshot* snapshot = commit ? folder->snapshot(commit->hex()) : nullptr;
    if (snapshot == nullptr || snapshot->pointers.empty()) commit.reset();
  }
  if (!commit) return;
  add({.deed = RepairDeed::ref, .path = finding.path, .code = finding.code, .commit = commit});
}

void Planner::set_aside(const QuarantineItem& item) {
  add({.deed = item.unless_held.empty() ? RepairDeed::take : RepairDeed::drop,
       .path = item.path,
       .code = item.code,
       .unless_held = item.unless_held});
}

void add_drops(const std::vector<Leftover>& leftovers, std::vector<RepairStep>& steps) {
  for (const Leftover& leftover : leftovers) {
    if (leftover.kind == LeftoverKind::unexpected) continue;
    const bool is_lock = leftover.kind == LeftoverKind::lock_file;
    steps.push_back({.deed = RepairDeed::drop,
                     .path = leftover.path,
                     .code = is_lock ? FindingCode::stale_lock_file : FindingCode::partial_download,
                     .unless_held = is_lock ? leftover.path : std::string()});
  }
}

}  // namespace

std::string_view to_string(RepairDeed deed) {
  switch (deed) {
    case RepairDeed::take: return "quarantine";
    case RepairDeed::drop: return "drop";
    case RepairDeed::link: return "link";
    case RepairDeed::adopt: return "adopt";
    case RepairDeed::ref: return "ref";
    case RepairDeed::open_up: return "permit";
  }
  return "";
}

std::vector<RepairStep> plan_repair(const RepairView& view) { return Planner(view).plan(); }

std::vector<RepairStep> plan_drops(const CacheModel& cache) {
  std::vector<RepairStep> steps;
  add_drops(cache.leftovers, steps);
  for (const RepoFolder& folder : cache.repos) add_drops(folder.leftovers, steps);
  return steps;
}

}  // namespace hubward
