#include "runner/doctor/sights.h"

#include "verifier/asked/profile.h"
#include "verifier/checks/reach.h"
#include "verifier/text/show.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace hubward {
namespace {

/// As transformers loads: configuration, tokenizer, the rest.
int rank_of(std::string_view path) {
  if (path == "config.json") return 0;
  if (is_configuration(path)) return 1;
  return is_tokenizer(path) ? 2 : 3;
}

bool lacks_its_file(FindingCode code) {
  constexpr std::array kCodes = {FindingCode::file_missing, FindingCode::shard_missing,
                                 FindingCode::pointer_dangling, FindingCode::pointer_loop,
                                 FindingCode::unreadable};
  return std::ranges::find(kCodes, code) != kCodes.end();
}

/// What a loader asks for before it knows any file of the repo.
std::string opening_of(const ManifestEntry& entry) {
  if (!entry.gguf.empty()) return entry.gguf.front();
  if (entry.effective_profile() == Profile::tokenizer) return "tokenizer_config.json";
  if (!entry.files.empty() && !entry.effective_profile()) return entry.files.front();
  return entry.repo.type() == RepoType::model ? "config.json" : "README.md";
}

/// Whether it loads repos of that type at all.
bool loads(DoctorClient client, RepoType type) {
  switch (client) {
    case DoctorClient::transformers: return type == RepoType::model;
    case DoctorClient::datasets: return type == RepoType::dataset;
    case DoctorClient::hf_hub_0_new:
    case DoctorClient::hf_hub_0_from_env: return type != RepoType::kernel;
    case DoctorClient::huggingface_hub:
    case DoctorClient::hf_hub_1:
    case DoctorClient::js: return true;
  }
  return true;
}

/// How a client gets from the revision to a snapshot.
struct Resolution {
  bool is_reached = false;
  bool asks_hub = false;
  bool is_unknown = false;
  std::string why;
};

bool has_unseen_space(const Ref& ref) { return trimmed_ref(ref.text).size() != ref.text.size(); }

/// huggingface_hub 2.4.0, file_download.py: online a HEAD a file whatever is there, but for a
/// commit; offline the ref's raw text.
Resolution python_way(const RepoCase& repo, bool is_pinned, OfflineState offline) {
  if (is_pinned) return {.is_reached = true};
  if (offline != OfflineState::on) {
    return {.is_reached = true, .asks_hub = true, .why = "asks the Hub for news of each file"};
  }
  if (repo.ref != nullptr && has_unseen_space(*repo.ref)) {
    return {.why =
                fmt::format("takes {} with its white space for the commit", show(repo.ref->path))};
  }
  return {.is_reached = true};
}

/// hf-hub 0.5.0, src/lib.rs (CacheRepo::get): refs/<revision> alone, also for a commit, untrimmed.
Resolution rust_0_way(const RepoCase& repo, bool is_pinned) {
  if (repo.ref == nullptr) {
    return {.why = is_pinned
                       ? "needs refs/<commit> for a pinned commit, which Python does not write"
                       : "there is no ref of that name"};
  }
  if (has_unseen_space(*repo.ref)) {
    return {.why =
                fmt::format("takes {} with its white space for the commit", show(repo.ref->path))};
  }
  return {.is_reached = true};
}

Resolution resolution_of(const ClientPlace& place, const RepoCase& repo, bool is_pinned) {
  switch (place.client) {
    case DoctorClient::huggingface_hub:
    case DoctorClient::transformers:
    case DoctorClient::datasets: return python_way(repo, is_pinned, place.offline);
    case DoctorClient::hf_hub_0_new:
    case DoctorClient::hf_hub_0_from_env: return rust_0_way(repo, is_pinned);
    // hf-hub 1.0.0, repository/download.rs: a HEAD for all but a commit.
    case DoctorClient::hf_hub_1:
      if (is_pinned) return {.is_reached = true};
      return {.is_reached = true, .asks_hub = true, .why = "asks the Hub for news of each file"};
    // @huggingface/hub 2.17.5, download-file-to-cache-dir.ts.
    case DoctorClient::js:
      if (is_pinned) return {.is_reached = true};
      return {.is_unknown = true,
              .why = "asks the Hub for the commit of each file, and reads no ref"};
  }
  return {};
}

std::string why_not_reached(const RepoCase& repo) {
  switch (repo.reach) {
    case EntryReach::repo_missing:
      return repo.other_owner.empty()
                 ? "the repo is not in that cache"
                 : fmt::format("the repo is not in that cache, {} is", show(repo.other_owner));
    case EntryReach::ref_missing: return "there is no ref of that name";
    case EntryReach::ref_malformed: return "the ref holds no commit";
    case EntryReach::ref_dangling: return "the ref's commit has no snapshot";
    case EntryReach::snapshot_empty: return "the snapshot is empty";
    case EntryReach::hidden: return "it lies behind something unreadable or hostile";
    case EntryReach::reached: break;
  }
  return "";
}

/// @return how many
std::uint64_t add_absent(const RepoCase& repo, std::vector<std::string>& lacking) {
  std::vector<std::string_view> present;
  for (const Pointer& pointer : repo.snapshot->pointers) present.push_back(pointer.path);
  const std::size_t before = lacking.size();
  if (repo.listing == nullptr) {
    for (const Absent& absent : absent_by_assumption(*repo.entry, present, {})) {
      lacking.push_back(absent.path);
    }
  }
  for (const ListedFile* file : repo.required) {
    const std::string_view path = file->path;
    if (!std::ranges::binary_search(present, path)) lacking.emplace_back(path);
  }
  return lacking.size() - before;
}

}  // namespace

std::string_view to_string(Sight sight) {
  switch (sight) {
    case Sight::whole: return "whole";
    case Sight::part: return "part";
    case Sight::nothing: return "nothing";
    case Sight::unknown: return "unknown";
    case Sight::foreign: return "foreign";
  }
  return "";
}

EntryGround ground_of(const RepoCase& repo, std::span<const Finding> findings) {
  EntryGround ground{.repo = &repo};
  if (repo.reach != EntryReach::reached || repo.snapshot == nullptr) return ground;
  const std::string below = repo.snapshot->path + "/";
  std::uint64_t not_listed = 0;
  for (const Finding& finding : findings) {
    if (!lacks_its_file(finding.code) || !finding.path.starts_with(below)) continue;
    const bool is_absent =
        finding.code == FindingCode::file_missing || finding.code == FindingCode::shard_missing;
    // Two entries of one commit need different files of it.
    if (is_absent && finding.revision != repo.revision) continue;
    if (is_absent) ++not_listed;
    ground.lacking.push_back(finding.path.substr(below.size()));
  }
  // What an optional entry lacks is forgiven, and no finding any more.
  if (repo.entry != nullptr && repo.entry->optional && not_listed == 0) {
    not_listed += add_absent(repo, ground.lacking);
  }
  std::ranges::stable_sort(ground.lacking, {},
                           [](const std::string& path) { return rank_of(path); });
  ground.wanted = repo.judged.size() + not_listed;
  return ground;
}

ClientSight sight_of(const ClientPlace& place, const ManifestEntry& entry,
                     const EntryGround& ground) {
  ClientSight told{.client = place.client, .wanted = ground.wanted};
  if (!loads(place.client, entry.repo.type())) {
    told.sight = Sight::foreign;
    return told;
  }
  told.first = opening_of(entry);
  if (place.cache.empty()) {
    told.why = "it finds no home directory, and gives up";
    return told;
  }
  if (ground.repo == nullptr) {
    told.why = "its cache is not there";
    return told;
  }
  const RepoCase& repo = *ground.repo;
  if (repo.reach != EntryReach::reached) {
    told.why = why_not_reached(repo);
    return told;
  }
  const Resolution way = resolution_of(place, repo, entry.revision.commit().has_value());
  told.why = way.why;
  if (way.is_unknown) {
    told.sight = Sight::unknown;
    return told;
  }
  if (!way.is_reached) return told;
  told.asks_hub = way.asks_hub;
  told.found = ground.wanted - std::min<std::uint64_t>(ground.wanted, ground.lacking.size());
  told.sight = ground.lacking.empty() ? Sight::whole
               : told.found == 0      ? Sight::nothing
                                      : Sight::part;
  told.first = ground.lacking.empty() ? std::string() : ground.lacking.front();
  return told;
}

}  // namespace hubward
