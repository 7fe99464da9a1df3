// What can be wrong with a cache: one Finding is one fact at one place. The table of codes, their
// classes, texts and remedies is verifier/checks/finding_table.cpp; docs/findings.md tells the
// rest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

/// Sorted from worst to mildest: reports list findings in this order.
enum class FindingClass : std::uint8_t { hostile, corrupt, incomplete, warning, note };

/// The names, with '-' for '_', are promised to the outside and never reused.
enum class FindingCode : std::uint8_t {
  repo_missing,
  ref_missing,
  ref_dangling,
  snapshot_empty,
  file_missing,
  shard_missing,
  pointer_dangling,
  not_proven,
  blob_corrupt,
  oid_mismatch,
  size_mismatch,
  content_malformed,
  ref_malformed,
  ref_whitespace,
  ref_drift,
  pointer_loop,
  pointer_misdirected,
  pointer_as_text,
  absent_marker_conflict,
  unlisted_file,
  unreadable,
  unsteady,
  pointer_escapes,
  not_a_regular_file,
  name_hostile,
  directory_link,
  pointer_copied,
  pointer_absolute,
  blob_misnamed,
  unverifiable,
  listing_malformed,
  client_blind,
  optional_absent,
  partial_download,
  stale_lock_file,
  orphan_blob,
  case_collision,
  snapshot_name,
  unexpected_entry,
  gate_partials,
  gate_orphans,
  gate_size,
  gate_dangling_outside,
  secret_in_cache,
};
inline constexpr std::size_t kFindingCodeCount =
    static_cast<std::size_t>(FindingCode::secret_in_cache) + 1;

/// How the bytes of a corrupt blob are wrong; the first that fits, in this order.
enum class Damage : std::uint8_t {
  empty,
  lfs_pointer,
  html,
  xml,
  json_error,
  compressed,
  crlf,
  zero_filled,
  oversized,
  truncated,
  other,
};

/// What mends a finding: download again, `hubward repair`, remove by hand, or nothing to do.
enum class Remedy : std::uint8_t { fetch, repair, remove, none };

std::string_view to_string(FindingClass finding_class);
std::string_view to_string(FindingCode code);
std::string_view to_string(Damage damage);
std::string_view to_string(Remedy remedy);
/// nullopt for a name that is no code.
std::optional<FindingCode> finding_code_from(std::string_view name);

/// A row of the table of codes. The views are static.
struct FindingText {
  FindingCode code;
  FindingClass finding_class;  ///< the usual one; a Finding carries the one that applies
  Remedy remedy;
  std::string_view name;     ///< "blob-corrupt"
  std::string_view meaning;  ///< one sentence for a person, without the place
  std::string_view advice;   ///< one sentence: what to do
};
const FindingText& text_of(FindingCode code);

/// One fact that is wrong in a cache. A value. `path` and `affects` are raw bytes from the file
/// system, relative to the cache, slash-separated: renderers escape them. The other texts have been
/// made safe for eyes (text/show.h) by whoever filled them.
struct Finding {
  FindingCode code;
  FindingClass finding_class;
  Remedy remedy;
  std::string repo;      ///< "models/gpt2"; empty when the place belongs to no repo
  std::string revision;  ///< of the entry it was found for; empty when for none
  std::string commit;    ///< 40 hex; empty when unknown
  std::string path;      ///< relative to the cache; empty for the cache itself
  std::optional<std::string> expected;
  std::optional<std::string> actual;
  std::optional<Damage> damage;
  std::optional<std::string> detail;  ///< one sentence, no final full stop
  std::vector<std::string> affects;   ///< sorted; at most kMaxAffects
  std::uint64_t affects_total = 0;
  int manifest_line = 0;  ///< of the entry that it was found for; 0 when for none
  int lock_line = 0;      ///< of its [[repo.file]], else of its [[repo]]; 0 when not locked
};
inline constexpr std::size_t kMaxAffects = 1000;

/// A finding of that code at that path, its class and remedy from the table.
Finding make_finding(FindingCode code, std::string_view path);

/// Class, repo, revision, path bytes, code: the order of every report.
void sort_findings(std::vector<Finding>& findings);

}  // namespace hubward
