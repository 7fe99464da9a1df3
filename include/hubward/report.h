// The result of a verification: all that any renderer needs, and nothing else. Its JSON form is
// promised: schema hubward.report/1, docs/report.schema.json.
#pragma once

#include <hubward/finding.h>
#include <hubward/guard_report.h>
#include <hubward/repo_id.h>
#include <hubward/shard.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

enum class Verdict : std::uint8_t { complete, incomplete, corrupt };
/// What vouches for an entry, weakest first.
enum class Basis : std::uint8_t { assumed, tree, lock };
enum class Level : std::uint8_t { layout, size, content };
enum class Scope : std::uint8_t { manifest, all };

std::string_view to_string(Verdict verdict);
std::string_view to_string(Basis basis);
std::string_view to_string(Level level);
std::string_view to_string(Scope scope);
std::optional<Basis> basis_from(std::string_view text);
std::optional<Level> level_from(std::string_view text);

/// A pointer that was judged. Raw bytes, from the cache.
struct JudgedFile {
  std::string path;
  std::string bytes;               ///< where its bytes lie; empty when there are none
  bool is_left_to_others = false;  ///< its bytes fell to another shard than the report's
};

/// One manifest entry's result.
struct RepoRow {
  RepoId repo;
  Revision revision;
  std::optional<CommitId> commit;  ///< the one judged; none when it could not be told
  Verdict verdict = Verdict::complete;
  std::optional<Basis> basis;  ///< none when the entry has no snapshot to apply one to
  bool optional = false;
  std::uint64_t files = 0;  ///< pointers judged for this entry
  std::uint64_t bytes = 0;  ///< their sizes, each blob counted once
  int line = 0;             ///< of the manifest
  /// Sorted by path; empty unless VerifyRequest::list_files asks for them.
  std::vector<JudgedFile> judged;
};

struct Totals {
  std::uint64_t repos = 0;     ///< repo folders looked at
  std::uint64_t pointers = 0;  ///< pointers judged
  std::uint64_t blobs = 0;     ///< distinct blobs judged
  std::uint64_t bytes = 0;     ///< their sizes
  std::uint64_t bytes_hashed = 0;
  std::uint64_t blobs_from_ledger = 0;  ///< taken on an earlier proof's word
  double seconds = 0;
};

/// One thing that `run`, `fetch`, `repair` or `gate --prune` did to the cache.
struct Action {
  std::string what;    ///< "quarantine", "fetch", "prune"
  std::string path;    ///< in the cache, raw bytes; empty when not about one path
  std::string detail;  ///< safe for eyes
};

struct Report {
  int exit_code = 0;
  std::string cache_path;    ///< absolute, raw bytes
  std::string cache_source;  ///< "flag", "HF_HOME", … "default"
  /// " --cache-dir DIR": what the command line said of where to look, as a shell takes it and safe
  /// for eyes. A command that is advised repeats it, or it would look elsewhere. Not in JSON.
  std::string place_flags;
  std::optional<std::string> manifest_path;
  std::uint64_t manifest_entries = 0;
  std::optional<std::string> lock_path;
  Level level = Level::content;
  Basis require = Basis::assumed;
  Scope scope = Scope::manifest;
  Verdict verdict = Verdict::complete;
  std::vector<RepoRow> repos;     ///< in manifest order
  std::vector<Finding> findings;  ///< sorted (sort_findings)
  Totals totals;
  std::optional<std::vector<Action>> actions;  ///< only of those who may do something
  std::optional<GuardReport> guard;            ///< only of a `run` that was guarded
  std::optional<ShardPart> shard;  ///< of a shard alone, whose verdict is about what it saw
};

/// 0 complete, 1 incomplete, 2 corrupt.
int exit_code_of(Verdict verdict);

/// "complete (lock 6, assumed 3)": the verdict and how many required entries stand on which basis,
/// strongest first.
std::string verdict_line(const Report& report);

}  // namespace hubward
