// The guard of Linux: which mechanism it takes, and what it tells of the command.
#include "runner/guard/attempts.h"
#include "runner/guard/guard.h"
#include "runner/guard/names.h"
#include "runner/guard/seccomp_watch.h"
#include "runner/guard/self_test.h"

#include <fmt/core.h>

#include <unistd.h>

#include <cstring>
#include <span>
#include <utility>

namespace hubward {
namespace {

enum class Mechanism : std::uint8_t { none, seccomp };

std::string sentence_of(const Error& error) {
  if (error.sys_errno == 0) return error.what;
  return fmt::format("{}: {}", error.what, std::strerror(error.sys_errno));
}

std::string to_string(Names::Means means) {
  switch (means) {
    case Names::Means::own_network: return "own_network";
    case Names::Means::redirect: return "redirect";
    case Names::Means::payload: return "payload";
  }
  return "none";
}

class LinuxGuard : public Guard {
 public:
  Result<std::vector<std::string>> prepare(const GuardRequest& request) override;
  std::string mark() const override;
  bool run_guarded(const std::function<void()>& start) override;
  GuardReport end() override;

 private:
  JudgeRequest judge_request();
  NamesRequest names_request();
  void note_name(const NameAttempt& question);

  GuardRequest request_;
  Mechanism mechanism_ = Mechanism::none;
  std::vector<std::string> warnings_;
  Networks allowed_;
  Attempts attempts_;
  std::unique_ptr<Names> names_;
  std::unique_ptr<SeccompWatch> watch_;
};

Result<std::vector<std::string>> LinuxGuard::prepare(const GuardRequest& request) {
  request_ = request;
  if (request.mode == GuardMode::off) return std::vector<std::string>();
  const auto machine = this_machine();
  auto tried = machine ? try_seccomp(*machine)
                       : Result<std::vector<std::string>>(
                             fail(ErrorKind::usage, "", "this processor's calls are not known"));
  if (tried) {
    mechanism_ = Mechanism::seccomp;
    allowed_ = Networks(request.allow);
    // Before anybody looks which processes are the command's: its own is none of them.
    names_ = make_names(names_request());
    return tried;
  }
  if (request.mode == GuardMode::enforce) {
    Error error = tried.error();
    error.where = "--guard enforce";
    error.what = "the guard does not hold here: " + error.what;
    return tl::unexpected(std::move(error));
  }
  warnings_.push_back("the command is not observed: " + sentence_of(tried.error()));
  return std::vector<std::string>{"--guard observe: " + warnings_.back()};
}

std::string LinuxGuard::mark() const {
  if (mechanism_ == Mechanism::none) return "";
  return request_.mode == GuardMode::enforce ? "HUBWARD_GUARDED=enforce"
                                             : "HUBWARD_GUARDED=observe";
}

JudgeRequest LinuxGuard::judge_request() {
  return {.machine = *this_machine(),
          .interference =
              request_.mode == GuardMode::enforce ? Interference::refuse : Interference::none,
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

bool LinuxGuard::run_guarded(const std::function<void()>& start) {
  if (mechanism_ == Mechanism::none) {
    start();
    return true;
  }
  if (!watch_) {
    auto watch = SeccompWatch::begin(judge_request());
    if (!watch) {
      mechanism_ = Mechanism::none;
      warnings_.push_back("the command is not guarded: " + sentence_of(watch.error()));
      return false;
    }
    watch_ = std::move(*watch);
    names_->serve();
  }
  watch_->run(start);
  return true;
}

GuardReport LinuxGuard::end() {
  GuardReport report;
  report.mode = request_.mode == GuardMode::enforce ? "enforce" : "observe";
  report.mechanism = mechanism_ == Mechanism::seccomp ? "seccomp" : "none";
  report.names = names_ ? to_string(names_->means()) : "none";
  report.warnings = warnings_;
  if (names_ && !names_->why_weaker().empty()) {
    report.warnings.push_back("host names are seen in part: " + names_->why_weaker());
  }
  if (watch_ && !watch_->end()) {
    report.warnings.emplace_back(
        "what the command has left behind is answered by nobody: its network calls fail (ENOSYS)");
  }
  watch_.reset();
  attempts_.write_into(report);
  return report;
}

}  // namespace

std::unique_ptr<Guard> make_guard() { return std::make_unique<LinuxGuard>(); }

}  // namespace hubward
