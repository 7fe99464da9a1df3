// hubward's own downloader: from what the manifest asks for to files in the clients' own layout.
// One pass; whether the cache is whole afterwards is the verifier's word, who looks again.
//
// The order on disk is blob, link, listing, ref: a kill between any two leaves a cache that says
// what it lacks (hub-cache-format 2.12 tells what the other orders leave).
#pragma once

#include "runner/fetch/endpoint.h"
#include "runner/fetch/fetch_progress.h"
#include "runner/fetch/presence.h"
#include "runner/hub/clock.h"
#include "runner/hub/exchange.h"
#include "runner/hub/transport.h"
#include "runner/mend/repo_writer.h"
#include "verifier/cache/disk.h"
#include <hubward/lock_file.h>
#include <hubward/manifest.h>
#include <hubward/report.h>
#include <hubward/verify.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

struct DownloadRequest {
  std::string cache_path;                     ///< absolute
  std::vector<const ManifestEntry*> entries;  ///< borrowed; those that lack something
  const LockFile* lock = nullptr;             ///< borrowed; nullptr: none
  Endpoint endpoint;
  LinkUse links = LinkUse::symlinks;
  CacheClient client = CacheClient::python;
  std::size_t parallel = 8;
  unsigned retries = 6;
  std::chrono::seconds deadline{15 * 60};
  std::optional<std::chrono::seconds> lock_timeout;  ///< nullopt: as long as the deadline
  Leaving leaving;         ///< only for a plan: what would go before anything is fetched
  bool plan_only = false;  ///< ask for commits and listings, tell the plan, write nothing
};

/// The ways out. All are called from the thread that called `download`.
struct DownloadPorts {
  Transport* transport = nullptr;
  Clock* clock = nullptr;
  const Disk* disk = nullptr;                      ///< the cache, for reading
  std::function<void(std::string_view line)> say;  ///< a line for a person, without its newline
  /// How far it is, once a round, also when nothing comes. May be empty.
  std::function<void(const Transfer&)> progress;
  std::function<bool()> interrupted;
  std::function<Result<void>(const std::string& path_in_cache)> set_aside;
  /// A blob that has been written and hashed here; needs not be read again. May be empty.
  std::function<void(const FileIdentity&, const Digest&)> proven;
};

struct EntryFailure {
  RepoId repo;
  Revision revision;
  bool optional = false;
  FetchFailure failure;
};

struct Downloaded {
  std::vector<EntryFailure> failures;
  std::vector<std::string> plan;     ///< lines, when that was all that was asked for
  std::vector<Action> planned;       ///< the same for programs
  std::vector<std::string> brought;  ///< paths in the cache that are in place now and were not
  std::uint64_t bytes = 0;           ///< of them, downloaded
  ExchangeCounts counts;
  bool was_interrupted = false;
};

/// Errors: io, when there is not enough room; nothing has been written then.
Result<Downloaded> download(const DownloadRequest& request, const DownloadPorts& ports);

/// What an optional entry cannot have is a note; that it could not be written is none. Pure.
bool is_forgiven(const EntryFailure& entry);

/// "2026-11-28T14:00:00Z": when all that is worth a later try would work; empty: nobody told. Pure.
std::string again_at(const Downloaded& downloaded);

/// 74 > 2 > 75 > 77 > 69 > 1 > 0 over failures of required entries. Pure.
int exit_code_of(const Downloaded& downloaded);

}  // namespace hubward
