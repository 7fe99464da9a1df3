// Fills the holes of a cache: hubward's own downloader (built_in.h), or the project's command in
// its place (own_downloader.h).
#pragma once

#include <hubward/result.h>

#include <optional>
#include <string>
#include <string_view>

namespace hubward {

struct FetchEnding {
  int exit_code = 0;                ///< in the codes of `hubward fetch`
  std::optional<int> asked_to_end;  ///< the signal, when someone wanted all of it to end meanwhile
  /// "2026-11-28T14:00:00Z": when it would work, by the Hub's word; empty: not told.
  std::string again_at = {};
};

class Fetcher {
 public:
  virtual ~Fetcher() = default;
  /// What a person calls it, safe for eyes.
  virtual std::string name() const = 0;
  /// Why it could not even begin: known beforehand, and then nothing has to be changed for it.
  /// Errors: usage, bad_input.
  virtual Result<void> expect_ready() const { return {}; }
  /// Whether the cache is whole afterwards is not its word to say: verify again.
  virtual FetchEnding fetch() = 0;
};

inline constexpr std::string_view kBuiltInName = "hubward fetch";

}  // namespace hubward
