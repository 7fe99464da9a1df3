#include "runner/launch/legacy.h"

#include "runner/launch/roundup.h"
#include "verifier/cache/unique_fd.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <new>
#include <set>
#include <string>

namespace hubward {
namespace {

constexpr int kRounds = 100;
constexpr useconds_t kRound = 10'000;
constexpr std::size_t kMostEnvironment = std::size_t{1} << 20;

std::uint64_t ticks_since_boot() {
  struct timespec time = {};
  ::clock_gettime(CLOCK_BOOTTIME, &time);
  const auto a_second = static_cast<std::uint64_t>(std::max(::sysconf(_SC_CLK_TCK), 1L));
  return static_cast<std::uint64_t>(time.tv_sec) * a_second +
         static_cast<std::uint64_t>(time.tv_nsec) * a_second / 1'000'000'000;
}

/// Whether it was started, however far away, by a command of `hubward run`, for this same user.
bool bears_the_mark(pid_t pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/environ";
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status = {};
  if (!file.is_open() || ::fstat(file.get(), &status) != 0 || status.st_uid != ::geteuid()) {
    return false;
  }
  std::string text(1, '\0');
  char buffer[16 * 1024];
  for (ssize_t size = 0; text.size() < kMostEnvironment;) {
    size = ::read(file.get(), buffer, sizeof buffer);
    if (size <= 0) break;
    text.append(buffer, static_cast<std::size_t>(size));
  }
  using namespace std::string_view_literals;
  return text.find("\0HUBWARD_MODE="sv) != std::string::npos;
}

/// Who adopts the children of the one that has gone. Its line is closed a little before its
/// children are given away.
pid_t heir_of(pid_t hubward) {
  for (int round = 0; ::getppid() == hubward && round < kRounds; ++round) ::usleep(kRound / 10);
  return ::getppid();
}

}  // namespace

void Legacy::begin_ending() noexcept {
  ending_since_ = ticks_since_boot() - 1;
  is_ending_.store(true);
}

void Legacy::note(const ProcessId& process) noexcept {
  const std::uint32_t count = count_.load();
  if (count >= kMostProcesses) return;
  processes_[count] = process;
  count_.store(count + 1);
}

void Legacy::note_token(const TokenTrace& trace) noexcept {
  token_ = trace;
  token_is_out_.store(true);
}

void Legacy::settle(pid_t hubward) const {
  if (token_is_out_.load()) take_away(token_);
  if (is_ending_.load() && has_own_proc()) finish_ending(hubward);
}

// What hubward has seen is known by its number. What was born since and has lost its parents can be
// told only by circumstances: adopted by the same process as this one, born since the ending began,
// and with the mode that a command of hubward's hands down to its children.
void Legacy::finish_ending(pid_t hubward) const {
  const pid_t heir = heir_of(hubward);
  const std::set<ProcessId> known(processes_, processes_ + count_.load());
  const auto belongs = [&](const ProcessStatus& status) {
    if (known.contains(status.id)) return true;
    return status.parent == heir && status.id.started >= ending_since_ &&
           status.id.pid != ::getpid() && bears_the_mark(status.id.pid);
  };
  for (int round = 0; round < kRounds; ++round) {
    Roundup roundup(belongs);
    roundup.stop_all([](const ProcessId&) {}, [] {});
    if (roundup.is_empty()) return;
    roundup.kill_all();
    ::usleep(kRound);
  }
}

SharedLegacy::SharedLegacy() noexcept {
  void* const memory =
      ::mmap(nullptr, sizeof(Legacy), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory != MAP_FAILED) legacy_ = new (memory) Legacy;
}

SharedLegacy::~SharedLegacy() {
  if (legacy_ == nullptr) return;
  legacy_->~Legacy();
  ::munmap(legacy_, sizeof(Legacy));
}

}  // namespace hubward
