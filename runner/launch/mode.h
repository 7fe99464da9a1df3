// Which mode a cache's verdict allows: a table, and nothing but a table.
//
// The naive way decides where it acts, so that "corrupt, no network, policy online" is a case
// nobody ever saw. Here every row of the contract's 9.2 is a value in and a value out.
#pragma once

#include "verifier/asked/config.h"
#include <hubward/report.h>

#include <string_view>

namespace hubward {

enum class Mode : unsigned char { offline, online, refuse };

/// Why, in the words of GITHUB_OUTPUT; promised to the outside.
enum class ModeReason : unsigned char {
  complete,
  fetched,
  incomplete,
  rate_limited,
  unreachable,
  denied,
  hostile,
};

/// "offline", "online", "refuse".
std::string_view to_string(Mode mode);
/// "complete", "rate-limited" …
std::string_view to_string(ModeReason reason);

/// What a verification says that a mode depends on. Hostile is apart from corrupt, because no
/// download may be let into such a cache.
enum class CacheState : unsigned char { complete, incomplete, corrupt, hostile };
CacheState state_of(const Report& report);

/// How a download ended; `well` is 0 or 1 of the exit codes of `fetch`.
enum class FetchEnd : unsigned char { well, unreachable, try_later, denied, failed, no_downloader };
/// From the exit status of a downloader: 69, 75 and 77 as `fetch` has them, all else is failed.
FetchEnd fetch_end_of(int exit_code);

struct ModePolicy {
  OnIncomplete on_incomplete = OnIncomplete::fetch;
  OnFetchFailure on_fetch_failure = OnFetchFailure::automatic;
  /// --offline, or an environment that asks for it: never fetch, never online.
  bool offline_wanted = false;
  std::string_view offline_by = "--offline";  ///< what asks for it, for a person to find
};

enum class Step : unsigned char { go_offline, go_online, fetch, refuse };

struct Decision {
  Step step = Step::refuse;
  ModeReason reason = ModeReason::incomplete;
  friend bool operator==(const Decision&, const Decision&) = default;
};

/// After the first verification (and after hostile entries went to quarantine, where that was
/// asked).
Decision decide_first(CacheState state, const ModePolicy& policy);
/// After a download and the verification that follows it; never Step::fetch.
Decision decide_after_fetch(CacheState state, FetchEnd end, const ModePolicy& policy);

/// The code that stands in the last line of a refusal: what any other command would have exited
/// with.
int refusal_code(CacheState state, ModeReason reason);

}  // namespace hubward
