#include "verifier/checks/tally.h"

#include "verifier/cache/layout.h"
#include "verifier/text/hub_token.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace hubward {
namespace {

Verdict verdict_of(std::optional<FindingClass> worst) {
  if (!worst) return Verdict::complete;
  switch (*worst) {
    case FindingClass::hostile:
    case FindingClass::corrupt: return Verdict::corrupt;
    case FindingClass::incomplete: return Verdict::incomplete;
    case FindingClass::warning:
    case FindingClass::note: break;
  }
  return Verdict::complete;
}

/// What an optional entry lacks is one note.
void forgive_optional(const Pairing& pairing, Findings& findings) {
  for (const RepoCase& repo : pairing.cases) {
    if (repo.entry == nullptr || !repo.entry->optional) continue;
    if (findings.forgive_incomplete(repo) == 0) continue;
    findings.add(repo, make_finding(FindingCode::optional_absent, folder_name(repo.repo)));
  }
}

/// Asked for, and not read, or for its text alone: in a whole verification nothing is.
bool is_left_to_others(const Blob& blob, const Proofs& proofs) {
  const Proof* proof = proofs.share ? proofs.of(blob) : nullptr;
  return proof != nullptr && (proof->is_anothers || proof->state == ProofState::unread);
}

void list_files(const RepoCase& repo, const Proofs& proofs, RepoRow& row) {
  for (const JudgedPointer& judged : repo.judged) {
    const Blob* blob = repo.folder->bytes_of(*judged.pointer);
    row.judged.push_back(
        {.path = repo.path_of(*judged.pointer),
         .bytes = blob == nullptr ? std::string() : std::string(blob->path),
         .is_left_to_others = blob != nullptr && is_left_to_others(*blob, proofs)});
  }
  std::ranges::sort(row.judged, {}, &JudgedFile::path);
}

RepoRow row_of(const RepoCase& repo, const Proofs& proofs, const Findings& findings) {
  RepoRow row{.repo = repo.repo, .revision = repo.entry->revision, .commit = repo.commit};
  row.verdict = verdict_of(findings.worst_of(repo));
  row.basis = repo.basis;
  row.optional = repo.entry->optional;
  row.line = repo.entry->line;
  std::unordered_set<const Blob*> counted;
  for (const JudgedPointer& judged : repo.judged) {
    ++row.files;
    const Blob* blob = repo.folder->bytes_of(*judged.pointer);
    if (blob != nullptr && counted.insert(blob).second) row.bytes += proofs.size_of(*blob);
  }
  return row;
}

/// Several entries may judge one snapshot. Of those that no entry names each has one case, which
/// holds every pointer once: most of a large cache need not be compared with anything.
std::uint64_t distinct_pointers(const Pairing& pairing) {
  std::uint64_t alone = 0;
  std::vector<const Pointer*> of_entries;
  std::unordered_set<const Snapshot*> named;
  for (const RepoCase& repo : pairing.cases) {
    if (repo.entry == nullptr || repo.snapshot == nullptr) continue;
    named.insert(repo.snapshot);
    for (const JudgedPointer& judged : repo.judged) of_entries.push_back(judged.pointer);
  }
  for (const RepoCase& repo : pairing.cases) {
    if (repo.entry != nullptr) continue;
    if (!named.contains(repo.snapshot)) {
      alone += repo.judged.size();
      continue;
    }
    for (const JudgedPointer& judged : repo.judged) of_entries.push_back(judged.pointer);
  }
  std::ranges::sort(of_entries);
  const auto end = std::unique(of_entries.begin(), of_entries.end());
  return alone + static_cast<std::uint64_t>(end - of_entries.begin());
}

/// Counts each blob once.
class BlobCount {
 public:
  BlobCount(const CacheModel& cache, const Proofs& proofs, Totals& totals)
      : is_counted_(cache.blob_count, false), proofs_(proofs), totals_(totals) {}

  void add(const Blob& blob) {
    if (is_counted_[blob.serial]) return;
    is_counted_[blob.serial] = true;
    if (blob.shared && !payloads_.insert(blob.path).second) return;
    ++totals_.blobs;
    totals_.bytes += proofs_.size_of(blob);
  }

 private:
  std::vector<bool> is_counted_;                   // by serial
  std::unordered_set<std::string_view> payloads_;  // each is the blob of several repos
  const Proofs& proofs_;
  Totals& totals_;
};

Totals totals_of(const CacheModel& cache, const Pairing& pairing, const Proofs& proofs) {
  Totals totals;
  totals.repos = cache.repos.size();
  totals.pointers = distinct_pointers(pairing);
  BlobCount blobs(cache, proofs, totals);
  for (const RepoCase& repo : pairing.cases) {
    for (const JudgedPointer& judged : repo.judged) {
      const Blob* blob = repo.folder->bytes_of(*judged.pointer);
      if (blob != nullptr) blobs.add(*blob);
    }
    for (const Blob* orphan : repo.orphans) blobs.add(*orphan);
  }
  totals.bytes_hashed = proofs.bytes_hashed;
  totals.blobs_from_ledger = proofs.blobs_from_book;
  return totals;
}

Verdict worse(Verdict a, Verdict b) { return std::max(a, b); }

/// What was found in a file may be a token that lies where it should not: told, it would be in
/// logs.
void hide_token(std::optional<std::string>& text) {
  if (text && holds_hub_token(*text)) text = "a token of the Hub, which is not shown";
}

}  // namespace

Report tally(const VerifyRequest& request, const CacheModel& cache, const Pairing& pairing,
             const Proofs& proofs, Findings findings) {
  Report report;
  report.cache_path = request.cache_path;
  report.cache_source = request.cache_source;
  report.place_flags = request.place_flags;
  if (request.manifest != nullptr) {
    report.manifest_path = request.manifest->path;
    report.manifest_entries = request.manifest->entries.size();
  }
  if (request.lock != nullptr) report.lock_path = request.lock->path;
  report.level = request.level;
  report.require = request.require;
  report.scope = request.scope;

  if (!cache.exists) {
    Finding missing = make_finding(FindingCode::repo_missing, "");
    missing.detail = "the cache directory does not exist";
    if (pairing.cases.empty()) {
      findings.add(std::move(missing));
      report.verdict = Verdict::incomplete;
    }
  }
  forgive_optional(pairing, findings);
  for (const RepoCase& repo : pairing.cases) {
    if (repo.entry == nullptr) continue;
    RepoRow row = row_of(repo, proofs, findings);
    if (request.list_files) list_files(repo, proofs, row);
    if (!row.optional) report.verdict = worse(report.verdict, row.verdict);
    report.repos.push_back(std::move(row));
  }
  report.findings = findings.take();
  for (Finding& finding : report.findings) {
    hide_token(finding.expected);
    hide_token(finding.actual);
    if (finding.finding_class <= FindingClass::corrupt) report.verdict = Verdict::corrupt;
  }
  report.totals = totals_of(cache, pairing, proofs);
  report.exit_code = exit_code_of(report.verdict);
  return report;
}

}  // namespace hubward
