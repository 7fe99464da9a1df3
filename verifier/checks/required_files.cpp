// What an entry requires and its snapshot lacks. A required file that is there but unusable has its
// own code already, and what an unreadable folder hides is not called missing.
#include "verifier/checks/check.h"

#include <algorithm>

namespace hubward {
namespace {

std::vector<std::string_view> present_paths(const Snapshot& snapshot) {
  std::vector<std::string_view> paths;
  paths.reserve(snapshot.pointers.size());
  for (const Pointer& pointer : snapshot.pointers) paths.push_back(pointer.path);
  return paths;
}

bool is_hidden(const Snapshot& snapshot, std::string_view path) {
  return std::any_of(snapshot.unreadable_folders.begin(), snapshot.unreadable_folders.end(),
                     [&](const std::string& folder) { return path.starts_with(folder + "/"); });
}

/// Says it where an index that gave nothing is beyond its bounds.
void add_beyond_bounds(const RepoCase& repo, const JudgedPointer& judged, std::uint64_t size,
                       std::string_view text, Findings& out) {
  auto why = beyond_index_bounds(size, text);
  if (!why) return;
  Finding finding = make_finding(FindingCode::name_hostile, repo.path_of(*judged.pointer));
  finding.detail = std::move(why);
  out.add(repo, std::move(finding));
}

/// The indexes of the snapshot whose bytes are what they should be and that parse.
WeightIndexes sound_indexes(const RepoCase& repo, const Judgement& judgement, Findings& out) {
  WeightIndexes indexes;
  for (const JudgedPointer& judged : repo.judged) {
    if (!weight_index_kind(judged.pointer->path)) continue;
    const Blob* blob = repo.folder->bytes_of(*judged.pointer);
    const Proof* proof = blob == nullptr ? nullptr : judgement.proofs.of(*blob);
    if (proof == nullptr) continue;
    const std::uint64_t size = judgement.proofs.size_of(*blob);
    if (!proof->detail || !proof->detail->text || size > kMaxIndexBytes) {
      add_beyond_bounds(repo, judged, size, "", out);
      continue;
    }
    const auto name = Digest::from_hex(blob->name);
    const bool contradicted = judgement.level == Level::content &&
                              ((name && !proof->matches(*name)) ||
                               (judged.listed != nullptr && !proof->matches(judged.listed->oid)));
    if (contradicted) continue;
    auto index = parse_weight_index(*proof->detail->text);
    if (!index) {
      add_beyond_bounds(repo, judged, size, *proof->detail->text, out);
      continue;
    }
    if (!index->hostile.empty()) {
      Finding finding = make_finding(FindingCode::name_hostile, repo.path_of(*judged.pointer));
      finding.detail = "the index names a shard by a path that leaves its directory";
      finding.actual = index->hostile.front();
      out.add(repo, std::move(finding));
      continue;
    }
    // An index whose shards are no weights contradicts itself.
    std::erase_if(index->shards, [](const std::string& shard) { return !weight_kind(shard); });
    if (!index->shards.empty()) indexes.emplace(judged.pointer->path, std::move(*index));
  }
  return indexes;
}

void add_absent(const RepoCase& repo, const std::vector<Absent>& absent, Findings& out) {
  for (const Absent& missing : absent) {
    if (is_hidden(*repo.snapshot, missing.path)) continue;
    const std::string path = repo.snapshot->path + "/" + missing.path;
    if (std::ranges::find(repo.snapshot->folders, missing.path) != repo.snapshot->folders.end()) {
      Finding finding = make_finding(FindingCode::pointer_misdirected, path);
      finding.detail = "a directory stands there";
      out.add(repo, std::move(finding));
      continue;
    }
    Finding finding = make_finding(
        missing.named_by_index ? FindingCode::shard_missing : FindingCode::file_missing, path);
    if (!missing.hint.empty()) finding.detail = missing.hint;
    out.add(repo, std::move(finding));
  }
}

/// Listed files that are not there; a shard that a sound index names is a missing shard only.
std::vector<Absent> absent_listed(const RepoCase& repo, std::span<const std::string_view> present,
                                  const std::vector<Absent>& shards) {
  std::vector<Absent> absent;
  for (const ListedFile* file : repo.required) {
    if (std::binary_search(present.begin(), present.end(), std::string_view(file->path))) continue;
    if (std::ranges::find(shards, file->path, &Absent::path) != shards.end()) continue;
    absent.push_back({.path = file->path});
  }
  return absent;
}

}  // namespace

void required_files(const RepoCase& repo, const Judgement& judgement, Findings& out) {
  if (repo.snapshot == nullptr || (repo.entry != nullptr && repo.reach != EntryReach::reached)) {
    return;
  }
  const WeightIndexes indexes = sound_indexes(repo, judgement, out);
  if (repo.entry == nullptr) return;  // nothing is required, but an index may be hostile
  const std::vector<std::string_view> present = present_paths(*repo.snapshot);
  if (repo.listing == nullptr) {
    add_absent(repo, absent_by_assumption(*repo.entry, present, indexes), out);
    return;
  }
  std::vector<std::string_view> required;
  for (const ListedFile* file : repo.required) required.push_back(file->path);
  const std::vector<Absent> shards = absent_shards(*repo.entry, required, present, indexes);
  add_absent(repo, shards, out);
  add_absent(repo, absent_listed(repo, present, shards), out);
  add_absent(repo, absent_from_listing(*repo.entry, *repo.listing), out);
}

}  // namespace hubward
