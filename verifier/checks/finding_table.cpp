// The one table of finding codes: class, remedy, name and the two sentences a person reads. Kept in
// one place because a class decided where a finding is made would soon differ from the one that is
// documented. Names are promised to the outside and never reused.
#include <hubward/finding.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace hubward {
namespace {

using enum FindingCode;
using enum FindingClass;

// A link that leads out is named by its code alone; what it leads to is never opened.
constexpr std::array<FindingText, kFindingCodeCount> kTable = {{
    {repo_missing, incomplete, Remedy::fetch, "repo-missing",
     "the cache has no folder for this repo", "download the repo"},
    {ref_missing, incomplete, Remedy::fetch, "ref-missing",
     "no ref tells which commit this revision is", "download this revision"},
    {ref_dangling, incomplete, Remedy::fetch, "ref-dangling",
     "the ref names a commit whose snapshot is not there", "download this revision"},
    {snapshot_empty, incomplete, Remedy::fetch, "snapshot-empty", "the snapshot holds no file",
     "download this revision"},
    {file_missing, incomplete, Remedy::fetch, "file-missing", "a required file is not there",
     "download it, or leave it out in the manifest when the tests do not load it"},
    {shard_missing, incomplete, Remedy::fetch, "shard-missing",
     "a weight index names a shard that is not there", "download the missing shards"},
    {pointer_dangling, incomplete, Remedy::fetch, "pointer-dangling",
     "the link is sound, the blob it names is gone", "download the file"},
    {not_proven, incomplete, Remedy::fetch, "not-proven",
     "nothing, or nothing strong enough, vouches for these files",
     "download with a client that stores a listing, or commit a lock"},
    {blob_corrupt, corrupt, Remedy::fetch, "blob-corrupt",
     "the bytes do not hash to the blob's name", "remove the blob and download it again"},
    {oid_mismatch, corrupt, Remedy::fetch, "oid-mismatch",
     "the bytes are not those that the lock or the listing names",
     "remove the file and download it again"},
    {size_mismatch, corrupt, Remedy::fetch, "size-mismatch",
     "the size is not the one that the lock or the listing names",
     "remove the file and download it again"},
    {content_malformed, corrupt, Remedy::fetch, "content-malformed",
     "the content contradicts itself or is something else than its name says",
     "remove the file and download it again"},
    {ref_malformed, corrupt, Remedy::fetch, "ref-malformed", "the ref does not hold a commit id",
     "remove the ref and download this revision again"},
    {ref_whitespace, corrupt, Remedy::repair, "ref-whitespace",
     "white space or a byte order mark stands around the commit id, and most clients keep it",
     "rewrite the ref as exactly 40 bytes"},
    {ref_drift, corrupt, Remedy::repair, "ref-drift", "the ref names another commit than the lock",
     "write the locked commit into the ref"},
    {pointer_loop, corrupt, Remedy::fetch, "pointer-loop", "the link leads back to itself",
     "remove the link and download the file again"},
    {pointer_misdirected, corrupt, Remedy::repair, "pointer-misdirected",
     "the link does not lead to a blob of its own repo",
     "make it a relative link to the repo's blob"},
    {pointer_as_text, corrupt, Remedy::repair, "pointer-as-text",
     "a plain file holds the text of a link", "replace it by the link whose text it holds"},
    {absent_marker_conflict, corrupt, Remedy::repair, "absent-marker-conflict",
     "a marker says that this file does not exist upstream, yet it does; Python clients will not "
     "see it",
     "remove the marker"},
    {unlisted_file, corrupt, Remedy::remove, "unlisted-file",
     "the lock does not list this file, and a client may load it",
     "remove the file, or update the lock"},
    {unreadable, corrupt, Remedy::fetch, "unreadable", "it cannot be read",
     "give this user permission to read it, or remove it and download again"},
    {unsteady, corrupt, Remedy::none, "unsteady", "it changed while it was read",
     "let whoever writes into the cache finish, then verify again"},
    {pointer_escapes, hostile, Remedy::remove, "pointer-escapes", "the link leads out of the cache",
     "find out who put it there, and remove the link without following it"},
    {not_a_regular_file, hostile, Remedy::remove, "not-a-regular-file",
     "a FIFO, socket or device stands where a file belongs",
     "find out who put it there, and remove it without opening it"},
    {name_hostile, hostile, Remedy::remove, "name-hostile",
     "the name, or the size of the thing, is beyond what any client writes",
     "find out who put it there, and remove it"},
    {directory_link, warning, Remedy::none, "directory-link",
     "a link stands where a directory belongs",
     "put a real directory there, or allow its target in [cache] allow_roots"},
    {pointer_copied, warning, Remedy::none, "pointer-copied",
     "plain files stand where links are usual", "nothing, unless the disk space is wanted back"},
    {pointer_absolute, warning, Remedy::repair, "pointer-absolute",
     "an absolute link to the repo's own blob: it breaks when the cache moves",
     "make the link relative"},
    {blob_misnamed, warning, Remedy::none, "blob-misnamed",
     "the blob's name is neither id of its bytes, but is explained by another",
     "nothing; a download from the Hub itself gives it its usual name"},
    {unverifiable, warning, Remedy::fetch, "unverifiable", "no hash is known for these bytes",
     "download again from the Hub itself, or commit a lock"},
    {listing_malformed, warning, Remedy::remove, "listing-malformed",
     "the stored listing cannot be used, so it vouches for nothing",
     "remove it, or make it readable; the next download writes a new one"},
    {client_blind, note, Remedy::none, "client-blind",
     "intact, but a client in use will not find it", "see `hubward --explain client-blind`"},
    {optional_absent, note, Remedy::fetch, "optional-absent",
     "an entry marked `optional` is not complete", "nothing, unless the tests need it after all"},
    {partial_download, note, Remedy::remove, "partial-download",
     "what an interrupted download left behind", "remove it when no download runs"},
    {stale_lock_file, note, Remedy::remove, "stale-lock-file",
     "a lock file that a client left beside its blobs", "remove it when no download runs"},
    {orphan_blob, note, Remedy::remove, "orphan-blob", "no snapshot links to this blob",
     "remove it when the disk space is wanted back"},
    {case_collision, note, Remedy::none, "case-collision",
     "two names differ only in case and fall together on some file systems",
     "do not restore this cache on macOS or Windows"},
    {snapshot_name, note, Remedy::remove, "snapshot-name",
     "the snapshot's name is no commit id, so no client looks into it", "remove it"},
    {unexpected_entry, note, Remedy::remove, "unexpected-entry",
     "nothing that a client would have written here", "remove it if nobody needs it"},
    {gate_partials, incomplete, Remedy::remove, "gate-partials",
     "interrupted downloads would be saved with the cache",
     "remove them before saving; `hubward gate --prune` does"},
    {gate_orphans, incomplete, Remedy::remove, "gate-orphans",
     "more unlinked blobs than allowed would be saved with the cache",
     "remove them before saving; `hubward gate --prune` does"},
    {gate_size, incomplete, Remedy::remove, "gate-size", "the cache is larger than allowed",
     "remove what the manifest does not need; `hubward gate --prune` does"},
    {gate_dangling_outside, incomplete, Remedy::none, "gate-dangling-outside",
     "it leads, or lies, outside of the paths that are saved",
     "save the whole cache directory, the shared store included"},
    {secret_in_cache, hostile, Remedy::remove, "secret-in-cache",
     "a token would be saved with the cache, where others can read it",
     "revoke the token, remove the file, and save only the `hub` directory"},
}};

constexpr bool in_step_with_the_enum() {
  for (std::size_t index = 0; index < kTable.size(); ++index) {
    const FindingText& row = kTable[index];
    if (static_cast<std::size_t>(row.code) != index) return false;
    if (row.name.empty() || row.meaning.empty() || row.advice.empty()) return false;
  }
  return true;
}
static_assert(in_step_with_the_enum(), "a code has no row of its own in the table");

}  // namespace

const FindingText& text_of(FindingCode code) { return kTable[static_cast<std::size_t>(code)]; }

std::string_view to_string(FindingCode code) { return text_of(code).name; }

std::optional<FindingCode> finding_code_from(std::string_view name) {
  for (const FindingText& row : kTable) {
    if (row.name == name) return row.code;
  }
  return std::nullopt;
}

std::string_view to_string(FindingClass finding_class) {
  switch (finding_class) {
    case FindingClass::hostile: return "hostile";
    case FindingClass::corrupt: return "corrupt";
    case FindingClass::incomplete: return "incomplete";
    case FindingClass::warning: return "warning";
    case FindingClass::note: return "note";
  }
  return "note";
}

std::string_view to_string(Damage damage) {
  switch (damage) {
    case Damage::empty: return "empty";
    case Damage::lfs_pointer: return "lfs-pointer";
    case Damage::html: return "html";
    case Damage::xml: return "xml";
    case Damage::json_error: return "json-error";
    case Damage::compressed: return "compressed";
    case Damage::crlf: return "crlf";
    case Damage::zero_filled: return "zero-filled";
    case Damage::oversized: return "oversized";
    case Damage::truncated: return "truncated";
    case Damage::other: return "other";
  }
  return "other";
}

std::string_view to_string(Remedy remedy) {
  switch (remedy) {
    case Remedy::fetch: return "fetch";
    case Remedy::repair: return "repair";
    case Remedy::remove: return "remove";
    case Remedy::none: return "none";
  }
  return "none";
}

Finding make_finding(FindingCode code, std::string_view path) {
  const FindingText& row = text_of(code);
  return Finding{.code = code,
                 .finding_class = row.finding_class,
                 .remedy = row.remedy,
                 .path = std::string(path)};
}

void sort_findings(std::vector<Finding>& findings) {
  const auto order = [](const Finding& finding) {
    return std::tie(finding.finding_class, finding.repo, finding.revision, finding.path,
                    finding.code);
  };
  // Stable, and by bytes: std::string compares as unsigned char, whatever the locale.
  std::stable_sort(findings.begin(), findings.end(),
                   [&order](const Finding& a, const Finding& b) { return order(a) < order(b); });
}

}  // namespace hubward
