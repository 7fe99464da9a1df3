#include "verifier/checks/findings.h"

#include "verifier/cache/layout.h"

#include <fmt/format.h>

#include <algorithm>

namespace hubward {
namespace {

/// Where the lock names the file that a pointer of its commit stands for, else the repo.
int lock_line_of(const RepoCase& repo, std::string_view pointer_path) {
  if (repo.locked == nullptr) return 0;
  const std::string snapshot =
      fmt::format("{}/snapshots/{}/", folder_name(repo.repo), repo.locked->commit.hex());
  if (!pointer_path.starts_with(snapshot)) return repo.locked->line;
  pointer_path.remove_prefix(snapshot.size());
  const auto& files = repo.locked->files;
  const auto file = std::ranges::lower_bound(files, pointer_path, {}, &LockedFile::path);
  return file != files.end() && file->path == pointer_path ? file->line : repo.locked->line;
}

}  // namespace

Findings::Entry& Findings::entry_for(Finding finding) {
  const auto [at, is_new] =
      by_place_.emplace(std::pair(finding.path, finding.code), entries_.size());
  if (is_new) {
    entries_.push_back({std::move(finding), {}, {}});
    return entries_.back();
  }
  Entry& entry = entries_[at->second];
  // The first entry that met it is the one that a person is shown.
  if (entry.finding.manifest_line == 0) entry.finding.manifest_line = finding.manifest_line;
  if (entry.finding.lock_line == 0) entry.finding.lock_line = finding.lock_line;
  entry.finding.finding_class = std::min(entry.finding.finding_class, finding.finding_class);
  return entry;
}

void Findings::add(const RepoCase& repo, Finding finding) {
  const std::string path = finding.path;
  add_at(repo, std::move(finding), path);
}

void Findings::add_at(const RepoCase& repo, Finding finding, std::string_view pointer_path) {
  if (finding.repo.empty()) finding.repo = repo.repo.qualified();
  if (finding.revision.empty()) finding.revision = repo.revision;
  if (finding.commit.empty() && repo.commit) finding.commit = repo.commit->hex();
  if (repo.entry != nullptr) finding.manifest_line = repo.entry->line;
  finding.lock_line = lock_line_of(repo, pointer_path);
  const FindingClass met = finding.finding_class;
  Entry& entry = entry_for(std::move(finding));
  entry.cases.insert(&repo);
  const auto [at, is_new] = worst_.emplace(&repo, met);
  if (!is_new) at->second = std::min(at->second, met);
}

void Findings::add_behind(const RepoCase& repo, Finding finding, std::string pointer_path) {
  const std::pair key(finding.path, finding.code);
  add_at(repo, std::move(finding), pointer_path);
  entries_[by_place_.at(key)].affects.insert(std::move(pointer_path));
}

void Findings::add(Finding finding) { entry_for(std::move(finding)); }

std::optional<FindingClass> Findings::worst_of(const RepoCase& repo) const {
  const auto at = worst_.find(&repo);
  return at == worst_.end() ? std::nullopt : std::optional(at->second);
}

void Findings::recount(const RepoCase& repo) {
  worst_.erase(&repo);
  for (const Entry& entry : entries_) {
    if (!entry.cases.contains(&repo)) continue;
    const FindingClass met = entry.finding.finding_class;
    const auto [at, is_new] = worst_.emplace(&repo, met);
    if (!is_new) at->second = std::min(at->second, met);
  }
}

std::size_t Findings::forgive_incomplete(const RepoCase& repo) {
  std::size_t forgiven = 0;
  for (Entry& entry : entries_) {
    if (entry.finding.finding_class != FindingClass::incomplete) continue;
    if (entry.cases.erase(&repo) == 0) continue;
    ++forgiven;
    const bool is_anothers = std::ranges::any_of(
        entry.cases, [](const RepoCase* other) { return other->entry != nullptr; });
    if (!is_anothers) entry.cases.clear();
  }
  if (forgiven == 0) return 0;
  std::erase_if(entries_, [](const Entry& entry) {
    return entry.finding.finding_class == FindingClass::incomplete && entry.cases.empty();
  });
  by_place_.clear();
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    by_place_[{entries_[i].finding.path, entries_[i].finding.code}] = i;
  }
  recount(repo);
  return forgiven;
}

std::vector<Finding> Findings::take() {
  std::vector<Finding> all;
  all.reserve(entries_.size());
  for (Entry& entry : entries_) {
    Finding& finding = entry.finding;
    // A file that nobody should have put there needs no word about what its bytes should be.
    if (finding.code == FindingCode::unverifiable &&
        by_place_.contains({finding.path, FindingCode::unlisted_file})) {
      continue;
    }
    finding.affects_total = entry.affects.size();
    for (const std::string& path : entry.affects) {
      if (finding.affects.size() == kMaxAffects) break;
      finding.affects.push_back(path);
    }
    all.push_back(std::move(finding));
  }
  entries_.clear();
  by_place_.clear();
  sort_findings(all);
  return all;
}

}  // namespace hubward
