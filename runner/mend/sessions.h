// The sessions that a cache's quarantine holds: found, taken back, removed for good. Whatever else
// lies there is named and left alone: only a folder of the right name, this user's own, with a
// journal of ours in it is a session.
#pragma once

#include "runner/mend/playback.h"
#include "runner/mend/quarantine_plan.h"
#include "runner/mend/session.h"
#include <hubward/result.h>

#include <string>
#include <string_view>
#include <vector>

namespace hubward {

struct FoundSession {
  std::string home;  ///< the folder it lies in
  std::string name;  ///< "20251123T213000Z-4711"
  Journal journal;

  std::string directory() const { return home + "/" + name; }
};

struct FoundSessions {
  std::vector<FoundSession> sessions;  ///< newest first
  std::vector<Kept> others;            ///< what lies there besides, and why it is no session
};

/// "<UTC time>-<pid>", perhaps with "-<number>".
bool is_session_name(std::string_view name);

/// None where there is no quarantine. Errors: io.
Result<FoundSessions> find_sessions(const QuarantineRequest& request);

/// @param word  a session's name, or a path to it
/// Errors: no_such_input; bad_input when it is none, or of another version or cache; io.
Result<FoundSession> find_session(const QuarantineRequest& request, const std::string& word);

/// The parts of a cache that a session has changed: "models--x", "blobs/HH".
std::vector<std::string> folders_of(const Journal& journal);

struct Undone {
  std::vector<std::string> returned;
  std::vector<Kept> kept;
  bool is_gone = false;  ///< the session, for nothing was kept
};
/// Errors: io.
Result<Undone> undo_session(const QuarantineRequest& request, FoundSession& session);

/// Folders with a session's name in which nothing lies: killed before they began. Best effort.
void remove_empty_sessions(const QuarantineRequest& request);

/// Removes them with all that is in them, following no link. What stays is told.
/// Errors: io.
Result<std::vector<Kept>> purge_sessions(const QuarantineRequest& request,
                                         const std::vector<FoundSession>& sessions);

/// What earlier sessions have set aside and not given back.
std::vector<QuarantineItem> items_in(const std::vector<FoundSession>& sessions);

}  // namespace hubward
