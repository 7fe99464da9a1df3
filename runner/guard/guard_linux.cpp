// The guard of Linux: which mechanism it takes, and what it tells of the command.
#include "runner/guard/attempts.h"
#include "runner/guard/guard.h"
#include "runner/guard/inherited.h"
#include "runner/guard/names.h"
#include "runner/guard/no_more.h"
#include "runner/guard/own_loopback.h"
#include "runner/guard/seccomp_watch.h"
#include "runner/guard/self_test.h"

#include <fmt/core.h>

#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <span>
#include <utility>

namespace hubward {
namespace {

// The guard keeps some twenty open while the cache is verified, and lets nobody wait for one.
constexpr rlim_t kLeastDescriptors = 64;

bool has_descriptors() {
  struct rlimit limit = {};
  return ::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= kLeastDescriptors;
}

enum class Mechanism : std::uint8_t { none, seccomp, netns, outer };

using Warnings = std::vector<std::string>;

std::string sentence_of(const Error& error) {
  if (error.sys_errno == 0) return error.what;
  return fmt::format("{}: {}", error.what, std::strerror(error.sys_errno));
}

std::string_view to_string(Names::Means means) {
  switch (means) {
    case Names::Means::own_network: return "own_network";
    case Names::Means::redirect: return "redirect";
    case Names::Means::payload: return "payload";
  }
  return "none";
}

std::string text_of(const InheritedWay& way) {
  if (!way.sends_anywhere.empty()) {
    return fmt::format("descriptor {} is {}", way.descriptor, way.sends_anywhere);
  }
  return fmt::format("descriptor {} is connected to {} port {}", way.descriptor, way.address,
                     way.port);
}

class LinuxGuard : public Guard {
 public:
  Result<Warnings> prepare(const GuardRequest& request) override;
  std::string_view mechanism() const override;
  std::string mark() const override;
  Result<void> run_guarded(const std::function<void()>& start) override;
  int in_child() const noexcept override;
  GuardReport end() override;
  GuardAbility ability(const GuardRequest& request);

 private:
  bool enforces() const { return request_.mode == GuardMode::enforce; }
  Result<void> choose();
  Result<void> rely_on_outer();
  Result<void> take_network();
  Result<void> unobserved(Error error);
  Result<void> judge_inherited();
  Result<void> begin_watch();
  JudgeRequest judge_request();
  NamesRequest names_request();
  void note_name(const NameAttempt& question);

  GuardRequest request_;
  Mechanism mechanism_ = Mechanism::none;
  Warnings warnings_;
  Networks allowed_;
  Attempts attempts_;
  OwnLoopback network_;
  std::unique_ptr<Names> names_;
  std::unique_ptr<SeccompWatch> watch_;
};

Result<Warnings> LinuxGuard::prepare(const GuardRequest& request) {
  request_ = request;
  allowed_ = Networks(request.allow);
  if (request.mode == GuardMode::off) return Warnings();
  HUBWARD_TRY_VOID(choose());
  if (mechanism_ == Mechanism::seccomp || mechanism_ == Mechanism::netns) {
    HUBWARD_TRY_VOID(judge_inherited());
  }
  // Before anybody looks which processes are the command's: its own is none of them.
  if (mechanism_ == Mechanism::seccomp) names_ = make_names(names_request());
  return warnings_;
}

Result<void> LinuxGuard::choose() {
  if (request_.with == GuardWith::netns) return take_network();
  if (!has_descriptors()) {
    return unobserved({ErrorKind::io, "",
                       fmt::format("it takes {} descriptors, and fewer are allowed (ulimit -n): "
                                   "allow more, or take --guard enforce --guard-with netns",
                                   kLeastDescriptors)});
  }
  const auto machine = this_machine();
  if (!machine) {
    return unobserved({ErrorKind::io, "", "this processor's system calls are not known"});
  }
  auto tried = try_seccomp(*machine);
  if (tried) {
    mechanism_ = Mechanism::seccomp;
    warnings_ = std::move(*tried);
    return {};
  }
  if (tried.error().sys_errno == EBUSY) return rely_on_outer();
  return unobserved(std::move(tried.error()));
}

// The kernel has one supervisor of calls for a tree of processes. The mark alone proves nothing: it
// may come from a run that has ended long ago. With EBUSY beside it there is one.
Result<void> LinuxGuard::rely_on_outer() {
  if (request_.with == GuardWith::seccomp || request_.outer.empty()) {
    return unobserved({ErrorKind::io, "",
                       "the system calls here are watched by someone else already, as by a "
                       "container's manager, and can have one supervisor"});
  }
  if (enforces() && request_.outer != "enforce") {
    return unobserved({ErrorKind::usage, "",
                       "the guard around this run only observes, and there can be one: let that "
                       "one enforce, or this one take --guard-with netns"});
  }
  mechanism_ = Mechanism::outer;
  return {};
}

Result<void> LinuxGuard::take_network() {
  if (!enforces()) {
    return fail(ErrorKind::usage, "--guard-with netns",
                "a network of the command's own refuses and sees nothing: it can enforce, not "
                "observe");
  }
  const auto tried = try_own_loopback();
  if (!tried) return unobserved(tried.error());
  mechanism_ = Mechanism::netns;
  warnings_.emplace_back(
      "the command gets a network of its own: nothing leaves the machine, nothing that tries is "
      "named or counted, and the machine's services on 127.0.0.1 are out of reach");
  if (!request_.allow.empty()) {
    warnings_.emplace_back("[guard] allow has no effect in a network of the command's own");
  }
  return {};
}

/// enforce is a promise; to observe is a wish.
Result<void> LinuxGuard::unobserved(Error error) {
  if (enforces()) {
    error.where = "--guard enforce";
    error.what = "the guard does not hold here: " + error.what;
    return tl::unexpected(std::move(error));
  }
  warnings_.push_back("the command is not observed: " + sentence_of(error));
  return {};
}

Result<void> LinuxGuard::judge_inherited() {
  for (const InheritedWay& way : inherited_ways(allowed_)) {
    if (enforces()) {
      return fail(ErrorKind::io, "--guard enforce",
                  fmt::format("{}, and the command would have it: what goes through it no guard "
                              "sees; close it for hubward, as a shell does by {}<&-",
                              text_of(way), way.descriptor));
    }
    if (!way.sends_anywhere.empty()) {
      attempts_.warn(text_of(way) + "; what is sent through that is not seen");
      continue;
    }
    GuardAttempt attempt;
    attempt.kind = AttemptKind::inherited;
    attempt.address = way.address;
    attempt.port = way.port;
    attempt.first = request_.now();
    attempts_.add(std::move(attempt));
  }
  return {};
}

std::string_view LinuxGuard::mechanism() const {
  switch (mechanism_) {
    case Mechanism::none: break;
    case Mechanism::seccomp: return "seccomp";
    case Mechanism::netns: return "netns";
    case Mechanism::outer: return "outer";
  }
  return "none";
}

std::string LinuxGuard::mark() const {
  if (mechanism_ != Mechanism::seccomp) return "";
  return enforces() ? "HUBWARD_GUARDED=enforce" : "HUBWARD_GUARDED=observe";
}

JudgeRequest LinuxGuard::judge_request() {
  return {.machine = *this_machine(),
          .interference = enforces() ? Interference::refuse : Interference::none,
          .allowed = allowed_,
          .top = ::getpid(),
          .attempts = &attempts_,
          .names = names_.get(),
          .redact = request_.redact,
          .now = request_.now};
}

NamesRequest LinuxGuard::names_request() {
  NamesRequest request;
  request.mode = request_.mode;
  request.endpoint_host = request_.endpoint_host;
  request.stays_here = [this](const sockaddr_storage& address) {
    return judge_address(std::as_bytes(std::span(&address, 1)), AddressUse::connect, allowed_)
        .stays();
  };
  request.on_attempt = [this](const NameAttempt& question) { note_name(question); };
  return request;
}

void LinuxGuard::note_name(const NameAttempt& question) {
  GuardAttempt attempt = question.asker ? attempt_of(*question.asker) : GuardAttempt();
  const Target resolver =
      judge_address(std::as_bytes(std::span(&question.resolver, 1)), AddressUse::connect, allowed_);
  attempt.kind = AttemptKind::name;
  attempt.refused = question.is_refused;
  attempt.host = question.host;
  attempt.address = address_text(resolver);
  attempt.port = resolver.port;
  attempt.first = request_.now();
  attempts_.add(std::move(attempt));
}

Result<void> LinuxGuard::begin_watch() {
  HUBWARD_TRY(auto watch, SeccompWatch::begin(judge_request()));
  HUBWARD_TRY_VOID(start_threads("a thread for questions for names cannot be started",
                                 [this] { names_->serve(); }));
  watch_ = std::move(watch);
  return {};
}

Result<void> LinuxGuard::run_guarded(const std::function<void()>& start) {
  if (mechanism_ == Mechanism::seccomp && !watch_) {
    auto watched = begin_watch();
    if (!watched && enforces()) return watched;
    if (!watched) {
      mechanism_ = Mechanism::none;
      warnings_.push_back("the command is not observed: " + sentence_of(watched.error()));
    }
  }
  if (watch_) {
    watch_->run(start);
  } else {
    start();
  }
  return {};
}

int LinuxGuard::in_child() const noexcept {
  return mechanism_ == Mechanism::netns ? network_.enter() : 0;
}

GuardReport LinuxGuard::end() {
  GuardReport report;
  report.mode = enforces() ? "enforce" : "observe";
  report.mechanism = mechanism();
  report.names = names_ ? to_string(names_->means()) : "none";
  report.warnings = warnings_;
  if (names_ && !names_->why_weaker().empty()) {
    report.warnings.push_back("host names are seen in part: " + names_->why_weaker());
  }
  if (watch_) {
    switch (watch_->end()) {
      case LeftBehind::nothing: break;
      case LeftBehind::guarded:
        report.warnings.emplace_back(
            "processes that the command has left behind live on; they are guarded, and what they "
            "try from here on is not told");
        break;
      case LeftBehind::unanswered:
        report.warnings.emplace_back(
            "what the command has left behind is answered by nobody: its network calls fail "
            "(ENOSYS)");
        break;
    }
  }
  watch_.reset();
  attempts_.write_into(report);
  if (mechanism_ != Mechanism::seccomp) report.attempts.reset();
  return report;
}

GuardAbility LinuxGuard::ability(const GuardRequest& request) {
  GuardAbility ability;
  auto warnings = prepare(request);
  if (warnings) {
    ability.warnings = std::move(*warnings);
  } else {
    ability.failed = sentence_of(warnings.error());
  }
  // Observed, what does not hold is a warning.
  if (ability.failed.empty() && mechanism_ == Mechanism::none) {
    ability.failed = warnings_.back();
    ability.warnings.clear();
  }
  ability.mechanism = ability.failed.empty() ? mechanism() : "none";
  ability.names = names_ ? to_string(names_->means()) : "none";
  if (names_ && !names_->why_weaker().empty()) {
    ability.warnings.push_back("host names are seen in part: " + names_->why_weaker());
  }
  return ability;
}

}  // namespace

std::unique_ptr<Guard> make_guard() { return std::make_unique<LinuxGuard>(); }

GuardAbility probe_guard(const GuardRequest& asked) {
  GuardRequest request = asked;
  if (request.mode == GuardMode::off) request.mode = GuardMode::enforce;
  if (!request.now) request.now = [] { return std::chrono::system_clock::time_point(); };
  return LinuxGuard().ability(request);
}

}  // namespace hubward
