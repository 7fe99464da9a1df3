// One of the shards among which `verify --shard I/N` splits the hashing, and what its report
// carries besides so that `hubward merge` can make of all N the one report that a single
// verification would have given. Its JSON form is promised to `merge` of the same version alone.
#pragma once

#include <hubward/digest.h>
#include <hubward/result.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

/// Each blob is hashed by exactly one of `of` shards; all else is judged by every one.
struct Shard {
  unsigned index = 1;  ///< from 1 to `of`
  unsigned of = 1;
};
inline constexpr unsigned kMaxShards = 10'000;

/// "3/16". Errors: bad_input; `what` says how it is no shard.
Result<Shard> parse_shard(std::string_view text);
std::string to_string(const Shard& shard);
bool is_shard(const Shard& shard);

/// What would make an entry not-proven.
enum class Doubt : std::uint8_t {
  basis,    ///< it is weaker than required
  listing,  ///< profile:all without one
  bytes,    ///< none of them were held against anything
};

/// What no shard can say of an entry alone: that all is well with it, or that nothing was proven.
struct ShardEntry {
  int manifest_line = 0;
  int lock_line = 0;           ///< of its [[repo]]; 0 when not locked
  std::optional<Doubt> doubt;  ///< none: the entry leads to no snapshot
  bool intact = false;         ///< as far as this shard saw
  bool held = false;           ///< some bytes that this shard read were held against something
  std::string blind;           ///< which client does not see it when it is intact; may be empty
};

/// Of the report of a shard.
struct ShardPart {
  Shard shard;
  std::uint64_t blobs = 0;  ///< hashed by this shard: its share of the split, not of the totals
  std::uint64_t bytes = 0;
  /// Names, links, sizes, listings and index texts of all that was looked at, and what is hashed as
  /// one: who sees the same splits it alike. Neither paths outside the cache nor times are in it.
  Digest cache;
  std::optional<Digest> manifest;  ///< of the entries in their order; none without a manifest
  std::optional<Digest> lock;
  Digest asked;                     ///< which entries, for which client, allowed roots
  std::vector<ShardEntry> entries;  ///< beside Report::repos
};

}  // namespace hubward
