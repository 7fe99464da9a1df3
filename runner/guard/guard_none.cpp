// The guard where there is no Linux. Asked to observe it says that it sees nothing, and lets the
// command run; asked to enforce it refuses, for whoever asks for that must not be told "no leaks"
// by someone who was blind.
#include "runner/guard/guard.h"

namespace hubward {
namespace {

class NoGuard : public Guard {
 public:
  Result<std::vector<std::string>> prepare(const GuardRequest& request) override {
    mode_ = request.mode;
    switch (request.mode) {
      case GuardMode::off: return std::vector<std::string>();
      case GuardMode::observe: return std::vector<std::string>{nothing_};
      case GuardMode::enforce: break;
    }
    return fail(ErrorKind::usage, "--guard enforce",
                "this build cannot keep a command on the machine");
  }

  std::string_view mechanism() const override { return "none"; }
  std::string mark() const override { return ""; }

  Result<void> run_guarded(const std::function<void()>& start) override {
    start();
    return {};
  }

  int in_child() const noexcept override { return 0; }

  GuardReport end() override {
    GuardReport report;
    report.mode = mode_ == GuardMode::enforce ? "enforce" : "observe";
    report.mechanism = "none";
    report.names = "none";
    report.warnings = {nothing_};
    return report;
  }

 private:
  const std::string nothing_ = "this build cannot watch the network; the command is not observed";
  GuardMode mode_ = GuardMode::off;
};

}  // namespace

std::unique_ptr<Guard> make_guard() { return std::make_unique<NoGuard>(); }

GuardAbility probe_guard(const GuardRequest& /*asked*/) {
  return {"none", "none", "this build cannot watch the network of a command", {}};
}

}  // namespace hubward
