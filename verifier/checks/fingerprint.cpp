#include "verifier/checks/fingerprint.h"

#include "verifier/proof/hasher.h"

#include <span>
#include <string>
#include <string_view>

namespace hubward {
namespace {

/// Texts with their lengths and numbers, so that no two sequences of them look alike.
class Seal {
 public:
  Seal() { hasher_.reset(0); }

  void add(std::string_view text) {
    add(text.size());
    pending_ += text;
    if (pending_.size() >= kFlushFrom) flush();
  }
  void add(std::uint64_t number) {
    pending_ += std::to_string(number);
    pending_ += ' ';
  }
  template <class Enum>
  void add_kind(Enum value) {
    add(static_cast<std::uint64_t>(value));
  }
  void add(const std::vector<std::string>& texts) {
    add(texts.size());
    for (const std::string& text : texts) add(std::string_view(text));
  }
  Digest digest() {
    flush();
    return hasher_.finish();
  }

 private:
  static constexpr std::size_t kFlushFrom = std::size_t{64} * 1024;

  void flush() {
    hasher_.update(std::as_bytes(std::span(pending_)));
    pending_.clear();
  }

  Hasher hasher_{DigestAlgorithm::sha256};
  std::string pending_;
};

void add(Seal& seal, const Oddity& odd) {
  seal.add(odd.link_text);
  seal.add(odd.why);
}

void add(Seal& seal, const std::unique_ptr<Oddity>& odd) {
  seal.add(odd != nullptr ? 1 : 0);
  if (odd != nullptr) add(seal, *odd);
}

void add(Seal& seal, const std::vector<OddNode>& nodes) {
  seal.add(nodes.size());
  for (const OddNode& node : nodes) {
    seal.add(node.path);
    seal.add_kind(node.state);
    add(seal, node.odd);
  }
}

void add(Seal& seal, const std::vector<Leftover>& leftovers) {
  seal.add(leftovers.size());
  for (const Leftover& leftover : leftovers) {
    seal.add_kind(leftover.kind);
    seal.add(leftover.path);
  }
}

void add(Seal& seal, const std::vector<Blob>& blobs) {
  seal.add(blobs.size());
  for (const Blob& blob : blobs) {
    seal.add(blob.name);
    seal.add(blob.path);
    seal.add_kind(blob.state);
    seal.add(blob.shared ? 1 : 0);
    seal.add(blob.sized ? blob.identity.size : 0);
    add(seal, blob.odd);
  }
}

void add(Seal& seal, const RepoFolder& folder, const Snapshot& snapshot) {
  seal.add(snapshot.path);
  seal.add_kind(snapshot.state);
  seal.add(snapshot.folders);
  seal.add(snapshot.unreadable_folders);
  seal.add(snapshot.pointers.size());
  for (const Pointer& pointer : snapshot.pointers) {
    seal.add(pointer.path);
    seal.add_kind(pointer.state);
    seal.add(pointer.plain ? 1 : 0);
    seal.add(pointer.absolute ? 1 : 0);
    const Blob* bytes = folder.bytes_of(pointer);
    seal.add(bytes == nullptr ? std::string_view() : bytes->path);
    add(seal, pointer.odd);
  }
}

void add(Seal& seal, const Ref& ref) {
  seal.add(ref.path);
  seal.add_kind(ref.state);
  seal.add(ref.is_directory ? 1 : 0);
  seal.add(ref.too_long ? 1 : 0);
  seal.add(ref.text);
  seal.add(ref.link_text);
}

void add(Seal& seal, const RepoFolder& folder) {
  seal.add(folder.path);
  seal.add_kind(folder.state);
  add(seal, folder.blobs);
  add(seal, folder.copies);
  seal.add(folder.snapshots.size());
  for (const Snapshot& snapshot : folder.snapshots) add(seal, folder, snapshot);
  seal.add(folder.refs.size());
  for (const Ref& ref : folder.refs) add(seal, ref);
  seal.add(folder.markers.size());
  for (const Marker& marker : folder.markers) seal.add(marker.path);
  seal.add(folder.listings.size());
  for (const ListingFile& listing : folder.listings) {
    seal.add(listing.path);
    seal.add_kind(listing.state);
  }
  add(seal, folder.leftovers);
  add(seal, folder.odd_nodes);
  seal.add(folder.colliding);
}

void add(Seal& seal, const Digest& oid, const std::optional<Digest>& sha256) {
  seal.add(oid.tagged());
  seal.add(sha256 ? sha256->tagged() : std::string());
}

void add(Seal& seal, const ReadListing& read) {
  seal.add(read.file->path);
  seal.add(read.fault.hostile ? 1 : 0);
  seal.add(read.fault.why);
  if (!read.listing) return;
  seal.add(read.listing->files.size());
  for (const ListedFile& file : read.listing->files) {
    seal.add(file.path);
    seal.add(file.size);
    add(seal, file.oid, file.sha256);
    seal.add(file.xet_hash);
    seal.add(file.lfs ? 1 : 0);
  }
}

/// The index texts that its judgement rests on; all shards have read them.
void add(Seal& seal, const RepoCase& repo, const Proofs& proofs) {
  seal.add(repo.other_owner);
  for (const JudgedPointer& judged : repo.judged) {
    if (!weight_index_kind(judged.pointer->path)) continue;
    const Blob* blob = repo.folder->bytes_of(*judged.pointer);
    const Proof* proof = blob == nullptr ? nullptr : proofs.of(*blob);
    if (proof == nullptr) continue;
    seal.add(blob->path);
    seal.add_kind(proof->state);
    if (proof->detail && proof->detail->text) seal.add(*proof->detail->text);
  }
}

}  // namespace

Digest fingerprint_of(const CacheModel& cache, const Pairing& pairing, const Proofs& proofs) {
  Seal seal;
  seal.add(cache.exists ? 1 : 0);
  seal.add(cache.repos.size());
  for (const RepoFolder& folder : cache.repos) add(seal, folder);
  add(seal, cache.odd_nodes);
  add(seal, cache.leftovers);
  seal.add(cache.colliding);
  seal.add(pairing.listings.size());
  for (const ReadListing& read : pairing.listings) add(seal, read);
  for (const RepoCase& repo : pairing.cases) add(seal, repo, proofs);
  if (proofs.share) seal.add(proofs.share->units.tagged());
  return seal.digest();
}

Digest fingerprint_of(const Manifest& manifest) {
  Seal seal;
  for (const ManifestEntry& entry : manifest.entries) {
    seal.add(entry.repo.qualified());
    seal.add(entry.revision.text());
    const auto profile = entry.effective_profile();
    seal.add(profile ? to_string(*profile) : std::string_view());
    seal.add(entry.gguf);
    seal.add(entry.files);
    seal.add(entry.never);
    seal.add(entry.optional ? 1 : 0);
    seal.add(static_cast<std::uint64_t>(entry.line));
  }
  return seal.digest();
}

Digest fingerprint_of(const LockFile& lock) {
  Seal seal;
  for (const LockedRepo& repo : lock.repos) {
    seal.add(repo.repo.qualified());
    seal.add(repo.revision.text());
    seal.add(repo.commit.hex());
    seal.add(static_cast<std::uint64_t>(repo.line));
    seal.add(repo.absent);
    seal.add(repo.files.size());
    for (const LockedFile& file : repo.files) {
      seal.add(file.path);
      seal.add(file.size);
      add(seal, file.oid, file.sha256);
      seal.add(static_cast<std::uint64_t>(file.line));
    }
  }
  return seal.digest();
}

Digest fingerprint_of(const VerifyRequest& request) {
  Seal seal;
  seal.add_kind(request.client);
  seal.add(request.hf_home_set ? 1 : 0);
  seal.add(request.allow_roots);
  seal.add(request.selected.size());
  for (const std::size_t entry : request.selected) seal.add(entry);
  return seal.digest();
}

}  // namespace hubward
