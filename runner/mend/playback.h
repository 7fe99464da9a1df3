// Takes back what a journal tells, latest deed first. Each deed is judged by what stands there now,
// not by what the journal hopes: a kill may have come before, in or after it, and before, in or
// after an earlier undo. What has come into a place since is never overwritten.
#pragma once

#include "runner/mend/journal.h"
#include <hubward/result.h>

#include <cstddef>
#include <string>
#include <vector>

namespace hubward {

/// Something that could not be taken back, and stays as it is.
struct Kept {
  std::string path;  ///< in the cache, raw bytes
  std::string why;   ///< safe for eyes
};

struct Playback {
  int cache = -1;    ///< open directories, borrowed
  int session = -1;  ///< of the quarantine
  int journal = -1;  ///< open for appending
  std::vector<Kept> kept;
  std::vector<std::string> returned;  ///< paths whose originals, or permissions, are back
};

/// Marks in `records` and in the journal what has been undone.
/// Errors: io, when the journal takes no more lines.
Result<void> play_back(Playback& playback, std::vector<JournalRecord>& records);

/// Removes a session in which nothing lies any more but its journal and empty folders. False, and
/// the journal stays: something does.
bool remove_empty_session(int home, const std::string& name);

}  // namespace hubward
