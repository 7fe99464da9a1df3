// trees/<commit>.json: the complete listing of a commit that huggingface_hub >= 1.22 leaves in the
// cache, and the only offline source of what a snapshot should hold. It comes from the same hands
// as the bytes, so it must pass its own check before anything is held against it: the git id of an
// LFS entry is that of the pointer text made from its sha256 and size. Source:
// huggingface_hub 1.22, _tree_cache.py.
#pragma once

#include <hubward/digest.h>
#include <hubward/result.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

struct ListedFile {
  std::string path;
  std::uint64_t size = 0;        ///< bytes
  Digest oid;                    ///< sha256 of an LFS or Xet file's content, else the git blob id
  std::optional<Digest> sha256;  ///< a second digest that a lock may hold beside a git oid
  std::string xet_hash;          ///< 64 hex, or empty
  bool lfs = false;
  bool locked = false;  ///< a lock says so: another size is other bytes, and need not be hashed
};

struct TreeListing {
  std::vector<ListedFile> files;  ///< sorted by path, bytewise
  const ListedFile* find(std::string_view path) const;
};

/// Why a text is no listing: a client would ignore it, or it is hostile (a path that leaves the
/// snapshot, a bound).
struct ListingFault {
  bool hostile = false;
  std::string why;  ///< a few words, safe for eyes
};

inline constexpr std::size_t kMaxListingBytes = std::size_t{64} * 1024 * 1024;
inline constexpr std::size_t kMaxListedFiles = 1'000'000;

/// Pure. Errors by value, for the caller makes findings of them.
/// @param max_files  more are hostile; a parameter for the sake of tests
tl::expected<TreeListing, ListingFault> parse_tree_listing(std::string_view json,
                                                           std::size_t max_files = kMaxListedFiles);

}  // namespace hubward
