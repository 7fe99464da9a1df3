#include "tests/support/terminal.h"

#include <fcntl.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

namespace hubward::test {
namespace {

void tell(int words, const std::string& word) {
  const std::string line = word + "\n";
  if (::write(words, line.data(), line.size()) < 0) ::_exit(99);
}

std::string read_until_newline(int fd) {
  std::string line;
  char c = 0;
  while (::read(fd, &c, 1) == 1 && c != '\n') {
    if (c != '\r') line += c;
  }
  return line;
}

pid_t start_job(const std::function<int()>& job) {
  const pid_t pid = ::fork();
  ::setpgid(pid, pid);
  if (pid != 0) {
    ::tcsetpgrp(STDIN_FILENO, pid);
    return pid;
  }
  // The shell may not have come to it yet.
  ::tcsetpgrp(STDIN_FILENO, ::getpid());
  ::signal(SIGTTOU, SIG_DFL);
  ::_exit(job());
}

// The session's leader. It is a shell in all that a job can notice of one.
[[noreturn]] void be_shell(const std::function<int()>& job, int words, int orders) {
  ::signal(SIGTTOU, SIG_IGN);
  const pid_t pid = start_job(job);
  tell(words, std::to_string(pid));
  for (int status = 0; ::waitpid(pid, &status, WUNTRACED) == pid;) {
    if (WIFEXITED(status)) tell(words, "exited " + std::to_string(WEXITSTATUS(status)));
    if (WIFSIGNALED(status)) tell(words, "killed " + std::to_string(WTERMSIG(status)));
    if (!WIFSTOPPED(status)) break;
    ::tcsetpgrp(STDIN_FILENO, ::getpid());
    tell(words, "stopped " + std::to_string(WSTOPSIG(status)));
    char order = 0;
    if (::read(orders, &order, 1) != 1) break;
    if (order == 'f') ::tcsetpgrp(STDIN_FILENO, pid);
    ::kill(-pid, SIGCONT);
    tell(words, "continued");
  }
  // A terminal whose session has ended forgets what nobody has read yet.
  char none = 0;
  while (::read(orders, &none, 1) > 0) {
  }
  ::_exit(0);
}

}  // namespace

Terminal::Terminal(const std::function<int()>& job) {
  int words[2];
  int orders[2];
  if (::pipe2(words, O_CLOEXEC) != 0 || ::pipe2(orders, O_CLOEXEC) != 0) {
    throw std::runtime_error("no pipe");
  }
  struct termios quiet = {};
  ::cfmakeraw(&quiet);
  quiet.c_lflag |= ISIG | ICANON;
  quiet.c_cc[VINTR] = 3;
  quiet.c_cc[VSUSP] = 26;
  quiet.c_cc[VQUIT] = 28;
  shell_ = ::forkpty(&master_, nullptr, &quiet, nullptr);
  if (shell_ < 0) throw std::runtime_error("no pseudo-terminal");
  if (shell_ == 0) be_shell(job, words[1], orders[0]);
  ::close(words[1]);
  ::close(orders[0]);
  words_ = words[0];
  orders_ = orders[1];
  job_ = std::stoi(read_word());
}

Terminal::~Terminal() {
  ::kill(-job_, SIGKILL);
  ::kill(shell_, SIGKILL);
  ::waitpid(shell_, nullptr, 0);
  for (const int fd : {master_, words_, orders_}) ::close(fd);
}

void Terminal::type(const std::string& keys) {
  if (::write(master_, keys.data(), keys.size()) < 0) throw std::runtime_error("cannot type");
}

std::string Terminal::read_line() { return read_until_newline(master_); }
std::string Terminal::read_word() { return read_until_newline(words_); }

void Terminal::order(const char* letter) {
  if (::write(orders_, letter, 1) != 1 || read_word() != "continued") {
    throw std::runtime_error("the shell has gone");
  }
}

void Terminal::continue_job() { order("f"); }
void Terminal::continue_in_background() { order("b"); }

void Terminal::hang_up() {
  ::close(master_);
  master_ = -1;
}

void Terminal::resize(unsigned short columns) {
  struct winsize size = {};
  size.ws_col = columns;
  size.ws_row = 25;
  ::ioctl(master_, TIOCSWINSZ, &size);
}

}  // namespace hubward::test
