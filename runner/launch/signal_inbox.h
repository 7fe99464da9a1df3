// The signals that someone sends to hubward, kept until they are read, each with the answer to the
// one question that matters: has the command got it already?
#pragma once

#include "runner/launch/inherited_signals.h"
#include "runner/launch/witness.h"
#include "verifier/cache/unique_fd.h"
#include <hubward/result.h>

#include <sys/types.h>

#include <memory>
#include <optional>
#include <vector>

namespace hubward {

struct Arrival {
  int signal = 0;
  bool to_group = false;  ///< every member of our process group has got it too
};

/// While it lives, no signal but KILL, STOP and our own faults does anything to this process. One
/// at a time; not to be moved, for the mask is the process's.
class SignalInbox {
 public:
  /// @param legacy  see Witness::start; outlives the inbox
  /// Errors: io.
  static Result<std::unique_ptr<SignalInbox>> open(const InheritedSignals& inherited,
                                                   const Legacy* legacy);
  SignalInbox(const SignalInbox&) = delete;
  SignalInbox& operator=(const SignalInbox&) = delete;
  /// What has not been taken is dropped: it came when there was nobody left to pass it on to.
  ~SignalInbox();

  /// Readable when there is something to take. Also for SIGCHLD, which take() does not give.
  int descriptor() const { return signals_.get(); }
  std::vector<Arrival> take();

  /// INT, TERM, HUP or QUIT that waits to be taken and would end a process in hubward's place. It
  /// stays.
  std::optional<int> waiting_end() const;
  /// Whether the signal does anything to a process with the mask and the dispositions that hubward
  /// was started with: under `nohup` a HUP does not ask to end.
  bool is_heard(int signal) const {
    return !inherited_->was_ignored(signal) && !inherited_->was_blocked(signal);
  }

  /// From here on the mask stays as it is when this goes.
  void leave_signals_blocked() { leaves_blocked_ = true; }

  /// Before this process stops itself like the command did: the stop that reached both is done
  /// with.
  void settle_stops();

  Witness& witness() { return witness_; }

 private:
  SignalInbox(const InheritedSignals& inherited, const Legacy* legacy, UniqueFd signals);

  const InheritedSignals* inherited_;  ///< outlives the inbox
  UniqueFd signals_;
  Witness witness_;
  std::int64_t emptied_at_;  ///< when nothing was left to take, last
  bool leaves_blocked_ = false;
};

bool asks_to_end(int signal);

}  // namespace hubward
