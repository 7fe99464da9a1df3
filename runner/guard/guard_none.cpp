// A build without a guard. Asked to observe it says that it sees nothing, and lets the command run;
// asked to enforce it refuses, for whoever asks for that must not be told "no leaks" by someone who
// was blind.
#include "runner/guard/guard.h"

namespace hubward {
namespace {

class NoGuard : public Guard {
 public:
  Result<std::string> prepare(GuardMode mode) override {
    switch (mode) {
      case GuardMode::off: return std::string();
      case GuardMode::observe:
        return std::string("--guard observe: this version cannot watch the network; not observed");
      case GuardMode::enforce: break;
    }
    return fail(ErrorKind::usage, "--guard enforce",
                "this version cannot keep a command off the network");
  }
};

}  // namespace

std::unique_ptr<Guard> make_guard() { return std::make_unique<NoGuard>(); }

}  // namespace hubward
