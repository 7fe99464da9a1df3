#include "verifier/checks/pairing.h"

#include "verifier/checks/reach.h"

#include <algorithm>
#include <numeric>
#include <set>

namespace hubward {

PairRequest pair_request_of(const VerifyRequest& request) {
  PairRequest wanted{.manifest = request.manifest,
                     .lock = request.lock,
                     .selected = request.selected,
                     .scope = request.scope};
  if (wanted.selected.empty() && request.manifest != nullptr) {
    wanted.selected.resize(request.manifest->entries.size());
    std::iota(wanted.selected.begin(), wanted.selected.end(), std::size_t{0});
  }
  return wanted;
}

SurveyRequest survey_request_of(const VerifyRequest& request, const PairRequest& wanted) {
  SurveyRequest ground{.roots = roots_of(request.cache_path),
                       .allow_roots = request.allow_roots,
                       .all = request.scope == Scope::all,
                       .jobs = request.jobs};
  for (const std::size_t entry : wanted.selected) {
    ground.repos.push_back(request.manifest->entries[entry].repo);
  }
  return ground;
}

TreeListing listing_of(const LockedRepo& locked) {
  TreeListing listing;
  for (const LockedFile& file : locked.files) {
    listing.files.push_back({.path = file.path,
                             .size = file.size,
                             .oid = file.oid,
                             .sha256 = file.sha256,
                             .lfs = file.oid.algorithm() == DigestAlgorithm::sha256,
                             .locked = true});
  }
  return listing;
}

ReadListing read_listing(const RepoFolder& folder, const ListingFile& file, RealFolders& folders) {
  ReadListing read{.folder = &folder, .file = &file};
  if (file.state != PathState::sound) {
    read.fault.why = "it is a link, which is not followed";
    return read;
  }
  if (file.size > kMaxListingBytes) {
    read.fault = {.hostile = true, .why = "it is larger than 64 MiB"};
    return read;
  }
  const auto directory = folders.at(file.real_folder);
  Result<std::string> text = fail(ErrorKind::io, file.path, "its directory cannot be opened");
  if (directory) {
    text =
        read_small_file(**directory, file.path.substr(file.path.rfind('/') + 1), kMaxListingBytes);
  }
  if (!text) {
    read.fault.why = "it cannot be read: " + text.error().what;
    return read;
  }
  auto listing = parse_tree_listing(*text);
  if (listing) {
    read.listing = std::move(*listing);
  } else {
    read.fault = listing.error();
  }
  return read;
}

namespace {

/// The listing of a commit, read once.
const TreeListing* listing_of(Pairing& pairing, const RepoFolder& folder, const std::string& commit,
                              RealFolders& folders) {
  const ListingFile* file = folder.listing(commit);
  if (file == nullptr) return nullptr;
  const auto known = std::ranges::find(pairing.listings, file, &ReadListing::file);
  if (known != pairing.listings.end()) return known->listing ? &*known->listing : nullptr;
  pairing.listings.push_back(read_listing(folder, *file, folders));
  const ReadListing& read = pairing.listings.back();
  return read.listing ? &*read.listing : nullptr;
}

void judge_all_pointers(RepoCase& repo) {
  repo.judged.reserve(repo.snapshot->pointers.size());
  for (const Pointer& pointer : repo.snapshot->pointers) {
    const ListedFile* listed = repo.listing == nullptr ? nullptr : repo.listing->find(pointer.path);
    repo.judged.push_back({&pointer, listed});
  }
}

void judge_if_there(RepoCase& repo, const ListedFile& file) {
  const auto at = std::ranges::lower_bound(repo.snapshot->pointers, file.path, {}, &Pointer::path);
  if (at != repo.snapshot->pointers.end() && at->path == file.path) {
    repo.judged.push_back({&*at, &file});
  }
}

void judge_required_pointers(RepoCase& repo) {
  for (const ListedFile* file : repo.required) judge_if_there(repo, *file);
}

/// What the lock does not name yet stands on the listing, where there is one.
void add_what_is_not_locked(RepoCase& repo) {
  const TreeListing* tree = repo.tree;
  const std::size_t locked = repo.required.size();
  if (tree != nullptr) {
    for (const ListedFile* file : required_of(*repo.entry, *tree)) {
      if (repo.listing->find(file->path) == nullptr) repo.required.push_back(file);
    }
  }
  std::inplace_merge(repo.required.begin(),
                     repo.required.begin() + static_cast<std::ptrdiff_t>(locked),
                     repo.required.end(),
                     [](const ListedFile* a, const ListedFile* b) { return a->path < b->path; });
  repo.judged.clear();
  for (const Pointer& pointer : repo.snapshot->pointers) {
    const ListedFile* listed = repo.listing->find(pointer.path);
    if (listed == nullptr && tree != nullptr) listed = tree->find(pointer.path);
    repo.judged.push_back({&pointer, listed});
  }
}

void stand_on_lock(RepoCase& repo, const PairRequest& request, Pairing& pairing,
                   RealFolders& folders) {
  pairing.locked_listings.push_back(listing_of(*repo.locked));
  repo.listing = &pairing.locked_listings.back();
  if (request.listings_beside_lock) {
    repo.tree = listing_of(pairing, *repo.folder, repo.commit->hex(), folders);
  }
  repo.basis = Basis::lock;
  for (const ListedFile& file : repo.listing->files) {
    // A `not:` is never required; where it is there, it is what was locked.
    if (!is_excluded(*repo.entry, file.path)) repo.required.push_back(&file);
    judge_if_there(repo, file);
  }
}

void choose_basis(RepoCase& repo, const PairRequest& request, Pairing& pairing,
                  RealFolders& folders) {
  const bool whole = request.whole_snapshots;
  if (repo.locked != nullptr) {
    stand_on_lock(repo, request, pairing, folders);
    if (whole) add_what_is_not_locked(repo);
    return;
  }
  repo.listing = repo.tree = listing_of(pairing, *repo.folder, repo.commit->hex(), folders);
  if (repo.listing != nullptr) {
    repo.basis = Basis::tree;
    repo.required = required_of(*repo.entry, *repo.listing);
    whole ? judge_all_pointers(repo) : judge_required_pointers(repo);
    return;
  }
  repo.basis = Basis::assumed;
  if (whole) return judge_all_pointers(repo);
  for (const Pointer& pointer : repo.snapshot->pointers) {
    if (!is_excluded(*repo.entry, pointer.path)) repo.judged.push_back({&pointer, nullptr});
  }
}

void add_entry(Pairing& pairing, const PairRequest& request, const ManifestEntry& entry,
               const CacheModel& cache, RealFolders& folders) {
  pairing.cases.push_back({.repo = entry.repo, .entry = &entry});
  RepoCase& repo = pairing.cases.back();
  repo.revision = entry.revision.text();
  repo.folder = cache.find(entry.repo);
  if (request.lock != nullptr) repo.locked = request.lock->find(entry.repo, entry.revision);
  if (repo.folder == nullptr) repo.other_owner = cache.other_owner(entry.repo);
  find_reach(repo);
  if (repo.reach == EntryReach::reached) choose_basis(repo, request, pairing, folders);
}

std::vector<const Blob*> orphans_of(const RepoFolder& folder) {
  std::vector<bool> is_used(folder.blobs.size(), false);
  for (const Snapshot& snapshot : folder.snapshots) {
    for (const Pointer& pointer : snapshot.pointers) {
      if (!pointer.plain && pointer.blob != Pointer::kNone) is_used[pointer.blob] = true;
    }
  }
  std::vector<const Blob*> orphans;
  for (std::size_t i = 0; i < folder.blobs.size(); ++i) {
    if (is_used[i]) continue;
    // What lies deeper in blobs/ and is led to by nothing is strange, not a blob: its folder is
    // named.
    const bool is_nested = folder.blobs[i].name.find('/') != std::string::npos;
    if (!is_nested) orphans.push_back(&folder.blobs[i]);
  }
  return orphans;
}

/// What the lock says of a commit, whichever revision it is locked under; nullptr: nothing.
const TreeListing* locked_listing_of(Pairing& pairing, const LockFile* lock,
                                     const RepoFolder& folder,
                                     const std::optional<CommitId>& commit) {
  if (lock == nullptr || !commit) return nullptr;
  const auto locked = std::ranges::find_if(lock->repos, [&](const LockedRepo& repo) {
    return repo.repo == folder.repo && repo.commit == *commit;
  });
  if (locked == lock->repos.end()) return nullptr;
  pairing.locked_listings.push_back(listing_of(*locked));
  return &pairing.locked_listings.back();
}

/// Every snapshot of every repo, for integrity only.
void add_sweep(Pairing& pairing, const PairRequest& request, const RepoFolder& folder,
               RealFolders& folders) {
  RepoCase rest{.repo = folder.repo, .folder = &folder};
  rest.whole_folder = true;
  rest.orphans = orphans_of(folder);
  pairing.cases.push_back(std::move(rest));
  for (const Snapshot& snapshot : folder.snapshots) {
    RepoCase repo{.repo = folder.repo, .folder = &folder};
    repo.commit = CommitId::parse(snapshot.name);
    repo.snapshot = &snapshot;
    repo.tree = listing_of(pairing, folder, snapshot.name, folders);
    repo.listing = locked_listing_of(pairing, request.lock, folder, repo.commit);
    if (repo.listing == nullptr) repo.listing = repo.tree;
    judge_all_pointers(repo);
    pairing.cases.push_back(std::move(repo));
  }
  for (const ListingFile& file : folder.listings) listing_of(pairing, folder, file.commit, folders);
}

}  // namespace

Pairing pair_up(const PairRequest& request, const CacheModel& cache, RealFolders& folders) {
  Pairing pairing;
  if (request.manifest != nullptr) {
    for (const std::size_t i : request.selected) {
      add_entry(pairing, request, request.manifest->entries[i], cache, folders);
    }
  }
  if (request.scope == Scope::all) {
    for (const RepoFolder& folder : cache.repos) add_sweep(pairing, request, folder, folders);
  }
  return pairing;
}

}  // namespace hubward
