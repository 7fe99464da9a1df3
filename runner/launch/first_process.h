// Process 1 of a container: the kernel throws away every signal to it that it has no handler for,
// and `docker stop` during a long verification would be lost on hubward, which dies of a TERM
// anywhere else. Source: signal(7) says nothing of it; Linux 6.x, kernel/signal.c,
// sig_task_ignored; pid_namespaces(7).
#pragma once

#include "runner/launch/inherited_signals.h"

#include <csignal>
#include <vector>

namespace hubward {

/// While it lives, a signal that would end any other process ends this one too, if it is process 1:
/// by exit 128+N, for it cannot die of it. Signals that are ignored stay so; exec forgets it.
class MortalFirstProcess {
 public:
  explicit MortalFirstProcess(const InheritedSignals& inherited);
  ~MortalFirstProcess();
  MortalFirstProcess(const MortalFirstProcess&) = delete;
  MortalFirstProcess& operator=(const MortalFirstProcess&) = delete;

 private:
  std::vector<int> handled_;
};

}  // namespace hubward
