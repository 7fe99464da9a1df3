#include "runner/fetch/downloader.h"

#include "runner/fetch/blob_sink.h"
#include "runner/fetch/disk_space.h"
#include "runner/fetch/listing_pages.h"
#include "runner/fetch/listing_text.h"
#include "runner/fetch/naming.h"
#include "runner/fetch/plan_text.h"
#include "runner/fetch/presence.h"
#include "runner/fetch/text_sink.h"
#include "verifier/cache/layout.h"
#include "verifier/report/counted.h"
#include "verifier/text/show.h"

#include <fmt/core.h>

#include <algorithm>
#include <deque>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <thread>
#include <utility>

namespace hubward {
namespace {

constexpr unsigned kMostThreads = 4;  // more than that no line keeps busy
constexpr std::size_t kMostRevisionBytes = std::size_t{16} * 1024 * 1024;

/// One entry on its way down the stair.
struct Work {
  const ManifestEntry* entry = nullptr;
  const LockedRepo* locked = nullptr;
  std::optional<CommitId> commit;
  std::optional<ListingPages> pages;
  TreeListing listing;
  std::optional<std::string> listing_to_write;
  std::set<std::string> unnamed;  ///< paths of the listing that have no digest there
  EntryPlan plan;
  std::vector<std::size_t> blobs;  ///< into Stair::sinks_
  std::optional<FetchFailure> failure;
};

/// A blob that one or more entries of a repo lack.
struct WantedBlob {
  RepoWriter* writer = nullptr;
  BlobWish wish;
  Url url;
  std::string page;
};

class Stair {
 public:
  Stair(const DownloadRequest& request, const DownloadPorts& ports)
      : request_(request),
        ports_(ports),
        batch_(*ports.clock),
        exchange_(*ports.transport, *ports.clock, policy(), [this] { return look_around(); }) {
    blob_ports_.clock = ports.clock;
    blob_ports_.batch = &batch_;
    blob_ports_.behind = &behind_;
    blob_ports_.set_aside = ports.set_aside;
    blob_ports_.proven = ports.proven;
    blob_ports_.lock_timeout = request.lock_timeout.value_or(request.deadline);
    blob_ports_.progress = [this](const RepoWriter& writer, std::uint64_t bytes) {
      done_bytes_ += bytes;
      transfer_.repos[repo_of_.at(&writer)].done += bytes;
    };
    for (const ManifestEntry* entry : request.entries) {
      const LockedRepo* locked =
          request.lock == nullptr ? nullptr : request.lock->find(entry->repo, entry->revision);
      works_.push_back({.entry = entry, .locked = locked});
    }
  }

  Result<Downloaded> go() {
    resolve();
    list();
    name_files();
    plan();
    if (request_.plan_only) return result_with_plan();
    warn_of_large_entries();
    HUBWARD_TRY_VOID(expect_room(request_.cache_path, total_bytes_));
    want_blobs();
    bring_blobs();
    finish_entries();
    return result();
  }

 private:
  ExchangePolicy policy() const {
    return {.parallel = request_.parallel,
            .retries = request_.retries,
            .deadline = ports_.clock->now() + request_.deadline,
            .token_origin = request_.endpoint.base.origin(),
            .token = request_.endpoint.token,
            .user_agent = "hubward"};
  }
  /// Once a round of the exchange. @return whether all shall end
  bool look_around() {
    batch_.publish_if_due();
    if (ports_.progress) ports_.progress(transfer_);
    return ports_.interrupted();
  }
  std::string page_of(const Work& work) const {
    return request_.endpoint.page_of(work.entry->repo);
  }
  static void fail_work(Work& work, FetchFault fault, const Url& url, std::string what) {
    work.failure = FetchFailure{fault, url.shown(), std::move(what)};
  }

  void resolve();
  void list();
  void list_a_page_each(const std::vector<Work*>& open);
  static void take_page(Work& work, const Url& url, const TextSink& sink);
  void name_files();
  void plan();
  void warn_of_large_entries() const;
  void want_blobs();
  Result<RepoWriter*> writer_of(const RepoId& repo);
  void want(Work& work, RepoWriter* writer, const PlannedFile& file);
  void bring_blobs();
  void finish_entries();
  Result<void> finish(const Work& work);
  bool wants_ref(const Work& work) const;
  Downloaded result_with_plan();
  Downloaded result();

  const DownloadRequest& request_;  // both outlive the stair
  const DownloadPorts& ports_;
  BlobBatch batch_;
  WriteBehind behind_{std::clamp(std::thread::hardware_concurrency(), 1U, kMostThreads)};
  Exchange exchange_;
  BlobPorts blob_ports_;
  std::deque<Work> works_;
  std::map<std::string, RepoWriter> writers_;  // by folder
  std::vector<WantedBlob> wanted_;
  std::map<std::pair<std::string, Digest>, std::size_t> wanted_by_name_;  // into wanted_
  Transfer transfer_;
  std::map<const RepoWriter*, std::size_t> repo_of_;  // into transfer_
  std::uint64_t done_bytes_ = 0;
  std::uint64_t total_bytes_ = 0;
  std::vector<std::string> brought_;
};

// A lock knows the commit, and so does a revision that is one: nothing to ask then.
void Stair::resolve() {
  std::vector<Ask> asks;
  std::deque<TextSink> sinks;
  std::vector<Work*> asked;
  for (Work& work : works_) {
    work.commit = work.locked != nullptr ? work.locked->commit : work.entry->revision.commit();
    if (work.commit) continue;
    sinks.emplace_back(kMostRevisionBytes);
    asks.push_back({.url = request_.endpoint.revision_url(work.entry->repo, work.entry->revision),
                    .sink = &sinks.back(),
                    .page = page_of(work)});
    asked.push_back(&work);
  }
  exchange_.run(asks);
  for (std::size_t at = 0; at < asks.size(); ++at) {
    Work& work = *asked[at];
    work.failure = asks[at].failure;
    if (work.failure) continue;
    const auto commit = parse_revision_answer(sinks[at].text());
    if (commit) {
      work.commit = *commit;
    } else {
      fail_work(work, FetchFault::bad_content, asks[at].url, commit.error().what);
    }
    if (!asks[at].moved_to.empty()) {
      ports_.say(fmt::format("warning: {} has moved, to {}; its files go where they were asked for",
                             show(work.entry->repo.manifest_spelling()),
                             show(asks[at].moved_to, 300)));
    }
  }
}

void Stair::list() {
  for (Work& work : works_) {
    if (work.failure || !work.commit) continue;
    if (auto stored = stored_listing(*ports_.disk, work.entry->repo, *work.commit)) {
      work.listing = std::move(*stored);
    } else {
      work.pages.emplace(request_.endpoint.tree_url(work.entry->repo, *work.commit));
    }
  }
  for (;;) {
    std::vector<Work*> open;
    for (Work& work : works_) {
      if (work.pages && !work.failure) open.push_back(&work);
    }
    if (open.empty()) return;
    list_a_page_each(open);
  }
}

void Stair::list_a_page_each(const std::vector<Work*>& open) {
  std::vector<Ask> asks;
  std::deque<TextSink> sinks;
  for (Work* work : open) {
    sinks.emplace_back(work->pages->room());
    asks.push_back({.url = *work->pages->next(),
                    .reach = work->pages->reach(),
                    .sink = &sinks.back(),
                    .page = page_of(*work)});
  }
  exchange_.run(asks);
  for (std::size_t at = 0; at < asks.size(); ++at) {
    open[at]->failure = asks[at].failure;
    if (!open[at]->failure) take_page(*open[at], asks[at].url, sinks[at]);
  }
}

void Stair::take_page(Work& work, const Url& url, const TextSink& sink) {
  if (auto why = work.pages->take(sink)) {
    return fail_work(work, FetchFault::bad_content, url, std::move(*why));
  }
  if (work.pages->next() != nullptr) return;
  std::vector<HubFile> files = std::move(*work.pages).files();
  work.pages.reset();
  work.listing_to_write = listing_text(files);
  for (HubFile& file : files) {
    if (!file.is_named) work.unnamed.insert(file.listed.path);
    work.listing.files.push_back(std::move(file.listed));
  }
}

void Stair::name_files() {
  std::vector<UnnamedFile> files;
  std::vector<Work*> whose;
  for (Work& work : works_) {
    if (work.failure || work.locked != nullptr) continue;
    for (ListedFile* file : required_unnamed(*work.entry, work.listing, work.unnamed)) {
      const Url url = request_.endpoint.file_url(work.entry->repo, *work.commit, file->path);
      files.push_back({.file = file, .url = url, .page = page_of(work)});
      whose.push_back(&work);
    }
  }
  ask_for_names(exchange_, files);
  for (std::size_t at = 0; at < files.size(); ++at)
    if (!whose[at]->failure) whose[at]->failure = files[at].failure;
}

void Stair::plan() {
  std::vector<EntryPlan> plans;
  for (Work& work : works_) {
    if (work.failure) continue;
    std::vector<WantedPath> paths;
    if (work.locked != nullptr) {
      for (const LockedFile& file : work.locked->files) paths.push_back({file.path, file.oid});
    } else {
      for (const ListedFile* file : required_of(*work.entry, work.listing)) {
        paths.push_back({file->path, file->oid});
      }
    }
    const Presence there =
        look_for(*ports_.disk, work.entry->repo, *work.commit, paths, request_.leaving);
    work.plan = plan_entry(*work.entry, work.locked, work.listing, there);
    plans.push_back(work.plan);
    // A ref and a listing without a file would say that there was something to have.
    if (work.plan.required == 0 && work.plan.absent.empty() && work.locked == nullptr) {
      work.failure = FetchFailure{
          FetchFault::not_found, show(work.entry->repo.manifest_spelling()),
          fmt::format("nothing in commit {} is what its line asks for; `profile:all` or "
                      "`file:` names other files",
                      work.commit->hex())};
    }
    if (work.plan.absent.empty()) continue;
    const Absent& first = work.plan.absent.front();
    work.failure = FetchFailure{FetchFault::not_found, show(work.entry->repo.manifest_spelling()),
                                fmt::format("{} is not in commit {}: {}", show(first.path, 200),
                                            work.commit->hex(), first.hint)};
  }
  total_bytes_ = totals_of(plans).bytes;
}

void Stair::warn_of_large_entries() const {
  for (const Work& work : works_) {
    const std::uint64_t bytes = totals_of(std::span(&work.plan, 1)).bytes;
    if (bytes <= kLargeEntry || !is_unmarked(*work.entry)) continue;
    ports_.say(large_entry_line(*work.entry, bytes));
  }
}

Result<RepoWriter*> Stair::writer_of(const RepoId& repo) {
  const std::string folder = folder_name(repo);
  const auto known = writers_.find(folder);
  if (known != writers_.end()) return &known->second;
  HUBWARD_TRY(RepoWriter writer, RepoWriter::open(request_.cache_path, folder, request_.links));
  return &writers_.emplace(folder, std::move(writer)).first->second;
}

void Stair::want_blobs() {
  for (Work& work : works_) {
    if (!work.commit || (work.failure && work.plan.files.empty())) continue;
    const auto writer = writer_of(work.entry->repo);
    if (!writer) {
      work.failure = FetchFailure{FetchFault::io, writer.error().where, writer.error().what,
                                  writer.error().sys_errno};
      continue;
    }
    for (const PlannedFile& file : work.plan.files) want(work, *writer, file);
  }
}

void Stair::want(Work& work, RepoWriter* writer, const PlannedFile& file) {
  const auto key = std::make_pair(writer->folder(), file.oid);
  const auto [at, is_new] = wanted_by_name_.try_emplace(key, wanted_.size());
  if (is_new) {
    wanted_.push_back({.writer = writer,
                       .wish = {.writer = writer, .oid = file.oid, .size = file.size},
                       .url = request_.endpoint.file_url(work.entry->repo, *work.commit, file.path),
                       .page = page_of(work)});
    const auto [repo, is_first] = repo_of_.try_emplace(writer, transfer_.repos.size());
    if (is_first) transfer_.repos.push_back({.name = work.entry->repo.manifest_spelling()});
    transfer_.repos[repo->second].total += file.size;
  }
  std::vector<PointerPlace>& places = wanted_[at->second].wish.places;
  const bool is_known = std::ranges::any_of(places, [&](const PointerPlace& place) {
    return place.path == file.path && place.commit == *work.commit;
  });
  if (!is_known) places.push_back({*work.commit, file.path});
  work.blobs.push_back(at->second);
}

void Stair::bring_blobs() {
  // One large file that begins last would be waited for alone.
  std::vector<std::size_t> order(wanted_.size());
  for (std::size_t at = 0; at < order.size(); ++at) order[at] = at;
  std::ranges::stable_sort(order, std::ranges::greater(),
                           [this](std::size_t at) { return wanted_[at].wish.size; });
  std::deque<BlobSink> sinks;
  std::vector<Ask> asks;
  for (const std::size_t at : order) {
    sinks.emplace_back(std::move(wanted_[at].wish), blob_ports_);
    asks.push_back(
        {.url = wanted_[at].url, .sink = &sinks.back(), .page = std::move(wanted_[at].page)});
  }
  exchange_.run(asks);
  batch_.publish();
  for (std::size_t at = 0; at < asks.size(); ++at) {
    if (!asks[at].failure && !sinks[at].is_published()) asks[at].failure = sinks[at].failure();
    if (!asks[at].failure) std::ranges::move(sinks[at].paths(), std::back_inserter(brought_));
  }
  std::vector<const Ask*> by_blob(wanted_.size());
  for (std::size_t at = 0; at < order.size(); ++at) by_blob[order[at]] = &asks[at];
  for (Work& work : works_) {
    for (const std::size_t blob : work.blobs) {
      const auto& failure = by_blob[blob]->failure;
      const bool is_worse = failure && (!work.failure || failure->fault < work.failure->fault);
      if (is_worse) work.failure = failure;
    }
  }
}

void Stair::finish_entries() {
  for (Work& work : works_) {
    if (work.failure || exchange_.was_interrupted()) continue;
    if (const auto finished = finish(work); !finished) {
      const Error& error = finished.error();
      work.failure = FetchFailure{FetchFault::io, error.where, error.what, error.sys_errno};
    }
  }
}

Result<void> Stair::finish(const Work& work) {
  HUBWARD_TRY(const RepoWriter* writer, writer_of(work.entry->repo));
  writer->sync_names();
  if (work.listing_to_write) {
    HUBWARD_TRY_VOID(writer->write_listing(*work.commit, *work.listing_to_write));
  }
  if (!wants_ref(work)) return {};
  return writer->write_ref(work.entry->revision.text(), *work.commit);
}

bool Stair::wants_ref(const Work& work) const {
  const Revision& revision = work.entry->revision;
  // hf-hub 0.x finds a pinned commit only by a ref of its own name (hub-cache-format 2.3).
  if (revision.commit() && request_.client != CacheClient::hf_hub_0) return false;
  return !has_ref(*ports_.disk, work.entry->repo, revision, *work.commit);
}

Downloaded Stair::result_with_plan() {
  Downloaded downloaded = result();
  std::vector<PlannedEntry> entries;
  for (const Work& work : works_) {
    if (!work.commit || (work.failure && work.plan.required == 0)) continue;
    entries.push_back({work.entry, &work.plan, *work.commit, !work.failure && wants_ref(work)});
  }
  downloaded.plan = plan_lines(entries, exchange_.counts().requests);
  downloaded.planned = planned_actions(entries);
  return downloaded;
}

Downloaded Stair::result() {
  std::ranges::sort(brought_);
  Downloaded downloaded{.brought = std::move(brought_),
                        .bytes = done_bytes_,
                        .counts = exchange_.counts(),
                        .was_interrupted = exchange_.was_interrupted()};
  for (Work& work : works_) {
    if (!work.failure) continue;
    downloaded.failures.push_back(
        {work.entry->repo, work.entry->revision, work.entry->optional, *work.failure});
  }
  return downloaded;
}

}  // namespace

Result<Downloaded> download(const DownloadRequest& request, const DownloadPorts& ports) {
  return Stair(request, ports).go();
}

}  // namespace hubward
