// The lock: commits and digests that the user's own repository vouches for. Against someone who can
// write the cache only this proves anything, for blob names and listings come from the same hands
// as the bytes.
#pragma once

#include <hubward/digest.h>
#include <hubward/repo_id.h>
#include <hubward/result.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

struct LockedFile {
  std::string path;        ///< inside the repo, judged safe
  std::uint64_t size = 0;  ///< bytes
  Digest oid;
  std::optional<Digest> sha256;  ///< only with `lock --sha256`
  int line = 0;                  ///< 1-based, of its [[repo.file]]; 0 when it came from no text
};

struct LockedRepo {
  RepoId repo;
  Revision revision;
  CommitId commit;
  std::vector<std::string> absent;  ///< paths known to be absent upstream
  std::vector<LockedFile> files;    ///< sorted by path, bytewise
  int line = 0;                     ///< 1-based, of its [[repo]]; 0 when it came from no text
};

struct LockFile {
  std::string path;  ///< as shown to people
  std::vector<LockedRepo> repos;

  /// Borrowed from this LockFile; nullptr when it does not lock that repo and revision.
  const LockedRepo* find(const RepoId& repo, const Revision& revision) const;
};

/// Largest accepted lock, in bytes.
inline constexpr std::size_t kMaxLockBytes = std::size_t{64} * 1024 * 1024;

/// Reads a lock's text. Unknown keys, another version, duplicates and hostile paths are errors;
/// all semantic ones are reported at once, joined in Error::what.
/// Errors: bad_input. Thread safety: pure.
Result<LockFile> parse_lock_file(std::string_view text, const std::string& path);

}  // namespace hubward
