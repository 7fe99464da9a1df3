// One call, one answer: whether it may go on, and what is written down of it.
//
// A call is let go on only when all that it names is on this machine or allowed; what cannot be
// read or is not known counts as leaving. Letting go on is a look, not a lock: a program that
// changes an address behind our back, between look and call, gets away with it. This is a fence for
// tests, no jail.
#pragma once

#include "runner/guard/asked_address.h"
#include "runner/guard/asked_call.h"
#include "runner/guard/asker.h"
#include "runner/guard/attempts.h"
#include "runner/guard/filter_program.h"
#include "runner/guard/listener.h"
#include "runner/guard/names.h"

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

namespace hubward {

struct JudgeRequest {
  Machine machine = Machine::x86_64;
  Interference interference = Interference::none;
  Networks allowed;
  pid_t top = 0;                 ///< the process whose child the command is
  Attempts* attempts = nullptr;  ///< nullptr: nothing is written down. Outlives the judge.
  Names* names = nullptr;        ///< nullptr: port 53 is like any other. Outlives the judge.
  Redaction redact;
  std::function<std::chrono::system_clock::time_point()> now;  ///< called from any thread
};

/// Thread safety: any thread, several calls at once.
class Judge {
 public:
  /// @param listener  outlives the judge
  Judge(const Listener& listener, JudgeRequest request)
      : listener_(listener), request_(std::move(request)) {}

  /// @param before_slow  called once, before anything that may take long; not for what stays on the
  /// machine, which is answered within microseconds and without an allocation
  void answer(const Notification& notification, const std::function<void()>& before_slow) const;

  const JudgeRequest& request() const { return request_; }

 private:
  struct Seen;

  bool refuses() const { return request_.interference == Interference::refuse; }
  void answer_socket(const Notification& notification, const AskedCall& call,
                     const std::function<void()>& before_slow) const;
  void answer_ring(const Notification& notification, const AskedCall& call,
                   const std::function<void()>& before_slow) const;
  void answer_addresses(const Notification& notification, const AskedCall& call,
                        const std::function<void()>& before_slow) const;
  void answer_unreadable(const Notification& notification, const AskedCall& call,
                         const std::function<void()>& before_slow) const;
  void show_message(const AskedCall& call, const std::function<void()>& before_slow) const;
  bool answered_by_names(const Notification& notification, const AskedCall& call, const Seen& seen,
                         const std::shared_ptr<const Asker>& asker) const;
  void note(const std::shared_ptr<const Asker>& asker, const AskedCall& call, AttemptKind kind,
            const Target& target) const;
  GuardAttempt attempt_for(const Asker& asker, const AskedCall& call, AttemptKind kind,
                           const Target& target) const;

  const Listener& listener_;
  JudgeRequest request_;
};

/// An attempt as the book has it.
GuardAttempt attempt_of(const Asker& asker);

}  // namespace hubward
