// Fills the holes of a cache. The seat of the built-in downloader; so far the project's own command
// is the only one who sits there (own_downloader.h).
#pragma once

#include <optional>
#include <string>

namespace hubward {

struct FetchEnding {
  int exit_code = 0;                ///< in the codes of `hubward fetch`
  std::optional<int> asked_to_end;  ///< the signal, when someone wanted all of it to end meanwhile
};

class Fetcher {
 public:
  virtual ~Fetcher() = default;
  /// What a person calls it, safe for eyes.
  virtual std::string name() const = 0;
  /// Whether the cache is whole afterwards is not its word to say: verify again.
  virtual FetchEnding fetch() = 0;
};

}  // namespace hubward
