// Writes into one repo's folder of a cache as the clients do: blobs by name, relative links, refs
// of 40 bytes, listings. A file appears whole, by a rename; a link at once. Every temporary lies in
// blobs/ under a name that `hf cache prune` sweeps, because one in refs/ or snapshots/ would be
// read as a ref or a file (hub-cache-format 2.3, 2.12).
#pragma once

#include "runner/mend/partial_file.h"
#include "verifier/cache/unique_fd.h"
#include <hubward/digest.h>
#include <hubward/repo_id.h>
#include <hubward/result.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

enum class LinkUse : unsigned char { symlinks, copies };

class RepoWriter {
 public:
  /// Makes what is missing of cache, folder and blobs/, and CACHEDIR.TAG in a cache that it makes.
  /// @param wanted  with symlinks, a file system that takes none gets plain files, as with copies
  /// Errors: io; a link where a folder belongs is one. Of these and all others the path begins in
  /// the cache.
  static Result<RepoWriter> open(const std::string& cache_path, const std::string& folder,
                                 LinkUse wanted);

  /// A file in the making in blobs/, or one that a killed download has left. Errors: io.
  Result<PartialFile> new_partial(std::string_view stem) const;
  std::optional<PartialFile> left_partial(std::string_view stem, std::uint64_t most) const;

  int cache() const { return cache_.get(); }
  int blobs() const { return blobs_.get(); }
  const std::string& folder() const { return folder_; }
  LinkUse links() const { return links_; }
  /// Whether blobs/ held a partial file of that blob when it was opened.
  bool had_partial_of(const Digest& blob) const;
  /// Puts the names in blobs/ on the disk; what fails loses no more than they are.
  void sync_names() const;

  /// nullopt when there is no blob of that name; its digest by the name's algorithm else.
  /// Errors: io.
  Result<std::optional<Digest>> digest_of_blob(const Digest& name) const;

  /// Makes `path` of the snapshot lead to the blob, replacing what is there but for a folder: a
  /// relative link, or a copy of it.
  Result<void> point_at(const CommitId& commit, const std::string& path, const Digest& blob) const;
  /// Makes the file itself `path` of the snapshot.
  Result<void> place(PartialFile file, const CommitId& commit, const std::string& path) const;

  Result<void> write_listing(const CommitId& commit, std::string_view json) const;
  /// Exactly the 40 digits, no newline.
  Result<void> write_ref(const std::string& revision, const CommitId& commit) const;

 private:
  Result<UniqueFd> open_inside(std::string_view folder) const;
  Result<UniqueFd> open_blob(const std::string& name) const;
  Result<void> write_whole(const std::string& path, std::string_view text) const;
  Result<void> copy_blob(int folder, const std::string& name, const Digest& blob) const;

  std::string folder_;
  std::string place_;  ///< of blobs/, for people
  LinkUse links_ = LinkUse::symlinks;
  UniqueFd cache_;
  UniqueFd repo_;
  UniqueFd blobs_;
  std::vector<std::string> partial_stems_;  ///< sorted
};

/// "../../../blobs/<oid>" for a path one folder down. Source: hub-cache-format 2.4.
std::string link_text(std::string_view path, const Digest& blob);
/// The same by a blob's name.
std::string link_text(std::string_view path, std::string_view blob);

}  // namespace hubward
