#include "tests/support/wrapped.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <stdexcept>

namespace hubward::test {
namespace {

struct Pipe {
  int read = -1;
  int write = -1;
};

Pipe make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  return {ends[0], ends[1]};
}

std::string read_to_end(int fd) {
  std::string text;
  char buffer[65536];
  for (ssize_t got = 0; (got = ::read(fd, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(got));
  }
  return text;
}

std::string line_of(int fd) {
  std::string line;
  char c = 0;
  while (::read(fd, &c, 1) == 1 && c != '\n') line += c;
  return line;
}

}  // namespace

int stand_for_hubward(const Wrapped::Options& options) {
  const InheritedSignals inherited = InheritedSignals::now();
  const auto sentinel =
      Sentinel::prepare(inherited, options.watch, [] { return std::chrono::steady_clock::now(); });
  if (!sentinel) return 120;
  if (options.before_start) options.before_start();
  const auto child = start(
      {.command = options.command, .environment = options.environment, .streams = options.streams},
      inherited);
  if (!child) return child.error().exit_code;
  return (*sentinel)->watch(*child).exit_code;
}

Wrapped::Wrapped(const Options& options)
    : Wrapped([&options] {
        if (options.before) options.before();
        return stand_for_hubward(options);
      }) {}

Wrapped::Wrapped(const std::function<int()>& body) {
  const Pipe in = make_pipe();
  const Pipe out = make_pipe();
  const Pipe err = make_pipe();
  pid_ = ::fork();
  if (pid_ == 0) {
    ::setpgid(0, 0);
    ::dup2(in.read, STDIN_FILENO);
    ::dup2(out.write, STDOUT_FILENO);
    ::dup2(err.write, STDERR_FILENO);
    ::_exit(body());
  }
  ::setpgid(pid_, pid_);
  ::close(in.read);
  ::close(out.write);
  ::close(err.write);
  in_ = in.write;
  out_ = out.read;
  err_ = err.read;
}

Wrapped::~Wrapped() {
  if (pid_ > 0) {
    ::kill(-pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  for (const int fd : {in_, out_, err_}) {
    if (fd >= 0) ::close(fd);
  }
}

void Wrapped::end_input() {
  ::close(in_);
  in_ = -1;
}

void Wrapped::write_input(const std::string& bytes) {
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t wrote = ::write(in_, bytes.data() + done, bytes.size() - done);
    if (wrote <= 0) throw std::runtime_error("input refused");
    done += static_cast<std::size_t>(wrote);
  }
}

std::string Wrapped::read_line() { return line_of(out_); }
std::string Wrapped::read_error_line() { return line_of(err_); }

std::string Wrapped::read_all_output() { return read_to_end(out_); }
std::string Wrapped::read_all_errors() { return read_to_end(err_); }

int Wrapped::wait() {
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

void wait_until_heard(pid_t pid) {
  for (std::string line = "?"; !line.ends_with("0000000000000000");) {
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    if (!status) return;  // it has gone
    while (std::getline(status, line) && !line.starts_with("ShdPnd:")) {
    }
  }
}

pid_t parent_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(file, text);
  // "PID (NAME) STATE PARENT …", and the name may hold anything.
  return std::stoi(text.substr(text.rfind(')') + 4));
}

std::vector<std::string> noting_signals(int exit_code) {
  return {"python3", "-c",
          "import os, signal, sys\n"
          "noted = signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD}\n"
          "signal.pthread_sigmask(signal.SIG_BLOCK, noted)\n"
          "print('ready', os.getpid(), flush=True)\n"
          "name = ''\n"
          "while name != 'ALRM':\n"
          "    name = signal.Signals(signal.sigwait(noted)).name[3:]\n"
          "    print(name, flush=True)\n"
          "sys.exit(int(sys.argv[1]))\n",
          std::to_string(exit_code)};
}

std::vector<std::string> shell(const std::string& script) { return {"sh", "-c", script}; }

}  // namespace hubward::test
