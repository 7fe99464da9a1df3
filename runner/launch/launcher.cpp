#include "runner/launch/launcher.h"

#include "runner/launch/inherited_timers.h"

#include <boost/asio/io_context.hpp>
#include <boost/process/v2/posix/default_launcher.hpp>
#include <boost/process/v2/process.hpp>
#include <boost/system/system_error.hpp>

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <memory>
#include <string_view>
#include <system_error>

namespace hubward {
namespace {

namespace process = boost::process::v2;

// Where no /proc lists them; some 0.1 s, and more are never open in practice.
constexpr rlim_t kMaxDescriptorsTried = 1 << 20;

void add_if_inheritable(int fd, std::vector<int>& found) {
  const int flags = ::fcntl(fd, F_GETFD);
  if (fd > STDERR_FILENO && flags != -1 && (flags & FD_CLOEXEC) == 0) found.push_back(fd);
}

/// Descriptors that exec would keep. Boost closes all others, and those that exec closes need no
/// help.
std::vector<int> inheritable_descriptors() {
  std::vector<int> found;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir("/proc/self/fd"), ::closedir);
  if (!folder) {
    struct rlimit limit = {};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    const rlim_t end = std::min(limit.rlim_cur, kMaxDescriptorsTried);
    for (rlim_t fd = 0; fd < end; ++fd) add_if_inheritable(static_cast<int>(fd), found);
    return found;
  }
  while (const dirent* entry = ::readdir(folder.get())) {
    const std::string_view name = entry->d_name;
    int fd = -1;
    if (std::from_chars(name.data(), name.data() + name.size(), fd).ec != std::errc{}) continue;
    add_if_inheritable(fd, found);
  }
  return found;
}

/// What Boost's launcher calls on its way. After the fork all that is done here is
/// async-signal-safe; Boost's own notify_fork allocates before it (asio, service_registry.ipp),
/// which glibc allows beside threads.
class Initialiser {
 public:
  Initialiser(const InheritedSignals& signals, const InheritedTimers& timers, BirthLook& look,
              const LaunchRequest& request)
      : signals_(&signals), timers_(&timers), look_(&look), request_(&request) {}

  template <class Launcher>
  boost::system::error_code on_setup(Launcher& launcher, const boost::filesystem::path&,
                                     const char* const*&) {
    for (const int fd : inheritable_descriptors()) launcher.fd_whitelist.push_back(fd);
    return {};
  }

  template <class Launcher>
  boost::system::error_code on_exec_setup(Launcher&, const boost::filesystem::path&,
                                          const char* const*&) {
    if (request_->streams == Streams::downloader) {
      ::dup2(STDERR_FILENO, STDOUT_FILENO);
      const int null = ::open("/dev/null", O_RDONLY);
      if (null > STDIN_FILENO) {
        ::dup2(null, STDIN_FILENO);
        ::close(null);
      }
    }
    if (request_->guard != nullptr) {
      const int error = request_->guard->in_child();
      if (error != 0) return {error, boost::system::system_category()};
    }
    look_->look();
    timers_->start();
    signals_->restore();
    return {};
  }

  // Boost 1.81 looks for a hook of five arguments and calls one of four; then it would exit()
  // through our static destructors and flush our buffers a second time.
  template <class... Ignored>
  void on_exec_error(Ignored&&...) {
    ::_exit(EXIT_FAILURE);
  }

 private:
  const InheritedSignals* signals_;  // these outlive the launch
  const InheritedTimers* timers_;
  BirthLook* look_;
  const LaunchRequest* request_;
};

std::vector<const char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<const char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

tl::expected<Child, StartFailure> start(const LaunchRequest& request,
                                        const InheritedSignals& signals) {
  const auto program = find_program(request.command.front(), request.environment);
  if (!program) return tl::unexpected(program.error());

  std::vector<const char*> arguments = pointers_to(request.command);
  const std::vector<const char*> environment = pointers_to(request.environment);
  process::posix::default_launcher launcher;
  launcher.env = environment.data();
  boost::system::error_code error;
  boost::asio::io_context context(1);
  BirthLook look;
  const bool is_command = request.streams == Streams::inherited;
  const InheritedTimers timers = is_command ? InheritedTimers::take() : InheritedTimers();
  try {
    auto started = launcher(context.get_executor(), error, boost::filesystem::path(*program),
                            arguments.data(), Initialiser(signals, timers, look, request));
    // Its destructor would kill the child; from here on the sentinel answers for it.
    if (!error) started.detach();
  } catch (const boost::system::system_error& failure) {
    // Thrown after the fork where the kernel refuses pidfd_open: the child runs all the same, and
    // nothing here needs the descriptor.
    if (launcher.pid <= 0) error = failure.code();
  }
  if (error) {
    StartFailure failure = start_failure(request.command.front(), error.value());
    timers.start();
    if (launcher.pid > 0) {
      ::waitpid(launcher.pid, nullptr, 0);
    } else {
      failure.exit_code = 125;  // no fork, no pipe: ours, not the command's
    }
    return tl::unexpected(std::move(failure));
  }
  return Child{launcher.pid, look.seen()};
}

}  // namespace hubward
