// The token in the file that hf-hub 0.x reads, for as long as a command runs that may want it.
//
// That crate reads neither HF_TOKEN nor HF_HOME, only `token` beneath HOME, so a gated model can be
// had through it only by a file. What a login has written there is never touched: the file is made
// where there is none, is the owner's alone, and goes when the command has ended. Behind the token
// stands hubward's mark, white space that every client trims, by which a file is known that a
// hubward has left which was killed together with its witness.
// Source: hub-cache-format 5; hf-hub 0.5, lib.rs, Cache::token.
#pragma once

#include "verifier/cache/unique_fd.h"
#include <hubward/result.h>

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace hubward {

struct BridgeRequest {
  std::string token;  ///< cleaned
  std::string home;   ///< HOME of the command; absolute or relative
  /// The cache: a token in it would be saved and restored with it.
  std::string cache_path;
};

/// All that is needed to take the file away again, also by another process: no pointers.
struct TokenTrace {
  char path[4096] = {};
  dev_t device = 0;
  ino_t inode = 0;
  std::size_t size = 0;
  char content[4096] = {};
  unsigned folders = 0;  ///< so many of those above it were made for it
};

/// Removes the file if it is still that one with that content, then the folders that were made for
/// it, as far as they are empty.
void take_away(const TokenTrace& trace) noexcept;

/// Where hf-hub 0.x looks.
std::string bridged_token_path(const std::string& home);

class BridgedToken {
 public:
  /// Writes the file, mode 0600, never over another one and never through a link; missing folders
  /// above it are made, mode 0700. Signals that would end this process are to be blocked.
  /// @return nullptr where the very token stands there already
  /// Errors: usage, when something else does, or the place is in the cache; io.
  static Result<std::unique_ptr<BridgedToken>> lay_out(const BridgeRequest& request);
  ~BridgedToken() { take_away(trace_); }
  BridgedToken(const BridgedToken&) = delete;
  BridgedToken& operator=(const BridgedToken&) = delete;

  const TokenTrace& trace() const { return trace_; }

 private:
  BridgedToken() = default;
  Result<void> make_folders(const std::string& folder);
  Result<void> make_file(const std::string& content);

  TokenTrace trace_;
  UniqueFd file_;  ///< locked: by that others know that it is still wanted
};

/// Removes what a killed hubward has left there: a file with the mark that nobody holds any more.
/// @return whether there was one
bool take_away_leftover(const std::string& home);

}  // namespace hubward
