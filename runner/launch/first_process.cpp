#include "runner/launch/first_process.h"

#include <unistd.h>

namespace hubward {
namespace {

extern "C" void end_by(int signal) { ::_exit(128 + signal); }

void set_handler(int signal, void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  ::sigaction(signal, &action, nullptr);
}

}  // namespace

MortalFirstProcess::MortalFirstProcess(const InheritedSignals& inherited) {
  if (::getpid() != 1) return;
  for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM}) {
    if (inherited.was_ignored(signal)) continue;
    set_handler(signal, end_by);
    handled_.push_back(signal);
  }
}

MortalFirstProcess::~MortalFirstProcess() {
  for (const int signal : handled_) set_handler(signal, SIG_DFL);
}

}  // namespace hubward
