// The name under which a CI engine stores a cache: PREFIX-vN-OS-HASH. Same models, same name;
// other models, another. What decides is the meaning of a text, not its bytes: a comment, another
// order or a checkout with CRLF would else throw away gigabytes.
#pragma once

#include <hubward/lock_file.h>
#include <hubward/manifest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

/// What actions/cache takes, in characters. Source: @actions/cache 4, cache.ts, checkKey.
inline constexpr std::size_t kMaxCacheKey = 512;

/// Two keys of which one begins with the other are the same key: the hash has a fixed length, and
/// fault_of_key_prefix (config_value.h) refuses a prefix that a key could be found in.
struct CacheKey {
  std::string prefix;
  int version = 1;
  std::string os;    ///< as runner_os
  std::string hash;  ///< 64 lowercase hex digits

  std::string text() const;
  /// What CI engines may look for instead, best first: keys that begin with it are of this prefix,
  /// version and system, with other models.
  std::vector<std::string> restore_keys() const;
};

/// GitHub's `runner.os` of the system that this was built for: Linux, macOS or Windows.
std::string_view runner_os();

/// Two manifests that ask for the same have the same. A line an entry, sorted, and indented beneath
/// it a line for each gguf, file and not, sorted; none holds a control byte, so that no two mix.
std::string meaning_of(const Manifest& manifest);
/// As above. All of the lock counts, also what is absent and a second digest.
std::string meaning_of(const LockFile& lock);

}  // namespace hubward
