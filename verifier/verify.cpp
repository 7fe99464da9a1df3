// The whole way on one page: down one stair, no step back.
#include "verifier/cache/disk.h"
#include "verifier/cache/sizes.h"
#include "verifier/checks/check.h"
#include "verifier/checks/shard_part.h"
#include "verifier/checks/tally.h"
#include "verifier/proof/proof_book.h"
#include "verifier/proof/prover.h"
#include "verifier/verify_way.h"

#include <cerrno>
#include <chrono>

namespace hubward {
namespace {

/// What is asked of the bytes, besides what they are.
struct Wants {
  Level level;
  const VerifyExtent& extent;
};

/// A file that neither a listing nor its name tells the digest of.
bool is_unnamed(const JudgedPointer& judged, const Blob& blob) {
  return judged.listed == nullptr && !Digest::from_hex(blob.name);
}

void ask_about(const RepoCase& repo, const JudgedPointer& judged, const Blob& blob,
               const Wants& wants, Prover& prover) {
  const bool is_index = weight_index_kind(judged.pointer->path).has_value();
  if (wants.level == Level::size && !is_index) return;
  const VerifyExtent& extent = wants.extent;
  prover.ask({.blob = &blob,
              .folder = repo.folder,
              .repo_path = judged.pointer->path,
              .listed = judged.listed,
              .may_be_a_blob = judged.listed == nullptr && judged.pointer->plain,
              .keep_text = is_index,
              .sha256 = extent.sha256 || (extent.whole_snapshots && is_unnamed(judged, blob))});
}

void keep_only(const std::string& path, Pairing& pairing) {
  for (RepoCase& repo : pairing.cases) {
    std::erase_if(repo.judged,
                  [&](const JudgedPointer& judged) { return judged.pointer->path != path; });
    std::erase_if(repo.required, [&](const ListedFile* file) { return file->path != path; });
  }
}

void ask_about_case(const RepoCase& repo, const Wants& wants, Prover& prover) {
  for (std::size_t at = 0; at < repo.judged.size(); ++at) {
    if (at + kFetchAhead < repo.judged.size()) {
      const Blob* next = repo.folder->bytes_of(*repo.judged[at + kFetchAhead].pointer);
      if (next != nullptr) fetch_ahead(*next);
    }
    const JudgedPointer& judged = repo.judged[at];
    const Blob* blob = repo.folder->bytes_of(*judged.pointer);
    if (judged.pointer->state == PathState::sound && blob != nullptr &&
        blob->state == PathState::sound) {
      ask_about(repo, judged, *blob, wants, prover);
    }
  }
  if (wants.level != Level::content) return;
  for (const Blob* orphan : repo.orphans) {
    if (orphan->state == PathState::sound) prover.ask({.blob = orphan, .folder = repo.folder});
  }
}

}  // namespace

Result<Verification> verify_to_extent(const VerifyRequest& request, const VerifyExtent& extent,
                                      const Disk& disk, Observer& observer, ProofBook* book) {
  const auto started = std::chrono::steady_clock::now();
  PairRequest wanted = pair_request_of(request);
  wanted.whole_snapshots = extent.whole_snapshots;
  wanted.listings_beside_lock = extent.listings_beside_lock;

  // What is there: names, kinds, sizes, link texts. No blob has been opened.
  const SurveyRequest ground = survey_request_of(request, wanted);
  Verification made;
  HUBWARD_TRY(made.cache, survey(disk, ground));
  CacheModel& cache = made.cache;
  if (request.level != Level::layout || extent.sizes) {
    // What is read tells its size then; proofs remembered are found by size and times; a lock's
    // sizes are compared before anything is read.
    const bool knows_some = book != nullptr && !book->is_empty();
    // And a split among shards is one by sizes.
    const bool is_read =
        request.level == Level::content && !knows_some && request.lock == nullptr && !request.shard;
    take_sizes(disk, ground.roots.back(), is_read ? SizesOf::what_reading_needs : SizesOf::all,
               request.jobs, cache);
  }

  // What each entry needs of it, and on which basis.
  RealFolders folders(disk, ground.roots.back());
  made.pairing = pair_up(wanted, cache, folders);
  if (extent.only_path) keep_only(*extent.only_path, made.pairing);
  const Pairing& pairing = made.pairing;

  // What the bytes are. The one slow step, the one with threads.
  Prover prover(disk, observer, book,
                {.root = ground.roots.back(),
                 .blobs = cache.blob_count,
                 .texts_only = request.level == Level::size,
                 .jobs = request.jobs,
                 .shard = request.shard});
  if (request.level != Level::layout) {
    const Wants wants{request.level, extent};
    for (const RepoCase& repo : pairing.cases) ask_about_case(repo, wants, prover);
  }
  made.proofs = prover.prove();
  const Proofs& proofs = made.proofs;
  if (proofs.lacked_descriptors) {
    return fail(ErrorKind::io, request.cache_path,
                "too many open files: raise `ulimit -n`, or ask for fewer `--jobs`", EMFILE);
  }

  // What is wrong. Pure from here on: the same input, the same output.
  Findings findings;
  root_entries(cache, request.scope, findings);
  listing_files(pairing, findings);
  const Judgement judgement{.proofs = proofs,
                            .level = request.level,
                            .require = request.require,
                            .scope = request.scope,
                            .client = request.client,
                            .hf_home_set = request.hf_home_set,
                            .for_run = request.for_run,
                            .whole_snapshots = extent.whole_snapshots,
                            .is_shard = request.shard.has_value()};
  for (const RepoCase& repo : pairing.cases) {
    for (const Check& check : all_checks()) check.judge(repo, judgement, findings);
  }
  std::optional<ShardPart> part;
  if (request.shard) part = shard_part_of({request, cache, pairing, judgement, findings});
  made.report = tally(request, cache, pairing, proofs, std::move(findings));
  made.report.shard = std::move(part);
  made.report.totals.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return made;
}

Result<Report> verify(const VerifyRequest& request, const Disk& disk, Observer& observer,
                      ProofBook* book) {
  if (request.shard && !is_shard(*request.shard)) {
    return fail(ErrorKind::usage, "", "a shard is one of 1 to as many as there are");
  }
  HUBWARD_TRY(Verification made, verify_to_extent(request, {}, disk, observer, book));
  return std::move(made.report);
}

Result<Report> verify(const VerifyRequest& request, Observer& observer) {
  const std::unique_ptr<Disk> disk = real_disk(request.cache_path, request.allow_roots);
  return verify(request, *disk, observer, nullptr);
}

}  // namespace hubward
