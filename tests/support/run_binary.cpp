#include "tests/support/run_binary.h"

#include "tests/support/files.h"
#include "tests/support/source_dir.h"
#include "tests/support/temporary_folder.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace hubward::test {
namespace {

struct Pipe {
  int read_end = -1;
  int write_end = -1;
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
      throw_errno("pipe2", "");
    }
    read_end = ends[0];
    write_end = ends[1];
  }
  ~Pipe() {
    close_read();
    close_write();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close_read() { close_end(read_end); }
  void close_write() { close_end(write_end); }
  static void close_end(int& end) {
    if (end >= 0) {
      ::close(end);
      end = -1;
    }
  }
};

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) {
    pointers.push_back(text.data());
  }
  pointers.push_back(nullptr);
  return pointers;
}

// The program may lie where `nobody` cannot go (a build below a 0700 home): a link or copy of it
// beside the cache can be started.
std::string program_for(const BinaryCall& call) {
  const std::string program = call.program.empty() ? binary_path() : call.program;
  if (call.as == As::ourselves || !running_as_root() || others_may_reach(program)) {
    return program;
  }
  const std::string copy = call.folder + "/hubward";
  if (!exists(copy)) {
    std::error_code error;
    std::filesystem::copy_file(program, copy, error);
    if (error || ::chmod(copy.c_str(), 0755) != 0) {
      throw std::runtime_error("cannot copy " + program + " to " + copy);
    }
  }
  return copy;
}

std::vector<std::string> command_line(const BinaryCall& call) {
  std::vector<std::string> words;
  if (call.as == As::nobody && running_as_root()) {
    words = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all"};
  }
  words.push_back(program_for(call));
  words.insert(words.end(), call.args.begin(), call.args.end());
  return words;
}

std::vector<std::string> environment_of(const BinaryCall& call) {
  std::map<std::string, std::string> variables = {{"HOME", call.folder + "/home"},
                                                  {"PATH", "/usr/local/bin:/usr/bin:/bin"}};
  // The second is for a run of all these tests under a guard: tests/CMakeLists.txt.
  for (const char* name : {"ASAN_OPTIONS", "HUBWARD_GUARD", "UBSAN_OPTIONS", "LSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name); value != nullptr) {
      variables[name] = value;
    }
  }
  for (const auto& [name, value] : call.environment) {
    variables[name] = value;
  }
  std::vector<std::string> lines;
  for (const auto& [name, value] : variables) {
    lines.push_back(name + "=" + value);
  }
  return lines;
}

// One loop over all three streams, so that a child which fills one pipe never waits for us.
void exchange(Pipe& input, Pipe& out, Pipe& err, std::string text, BinaryAnswer& answer) {
  ::fcntl(input.write_end, F_SETFL, O_NONBLOCK);
  while (out.read_end >= 0 || err.read_end >= 0) {
    if (text.empty()) {
      input.close_write();
    }
    std::array<pollfd, 3> waits = {pollfd{input.write_end, POLLOUT, 0},
                                   pollfd{out.read_end, POLLIN, 0},
                                   pollfd{err.read_end, POLLIN, 0}};
    if (::poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR) {
      throw_errno("poll", "");
    }
    if (waits[0].revents != 0) {
      const ssize_t written = ::write(input.write_end, text.data(), text.size());
      if (written < 0 && errno != EAGAIN) {
        text.clear();  // the child does not read it: its right
      } else if (written > 0) {
        text.erase(0, static_cast<std::size_t>(written));
      }
    }
    const auto drain = [](const pollfd& wait, Pipe& pipe, std::string& into) {
      if (wait.revents == 0) {
        return;
      }
      char buffer[65536];
      const ssize_t count = ::read(pipe.read_end, buffer, sizeof buffer);
      if (count > 0) {
        into.append(buffer, static_cast<std::size_t>(count));
      } else if (count == 0) {
        pipe.close_read();
      }
    };
    drain(waits[1], out, answer.out);
    drain(waits[2], err, answer.err);
  }
}

}  // namespace

bool running_as_root() { return ::geteuid() == 0; }

std::function<int()> as_process(const BinaryCall& call) {
  make_folder(call.folder + "/home");
  return [words = command_line(call), variables = environment_of(call),
          folder = call.folder]() mutable {
    if (::chdir(folder.c_str()) != 0) return 127;
    ::execvpe(words.front().c_str(), pointers_to(words).data(), pointers_to(variables).data());
    return 127;
  };
}

BinaryAnswer run_binary(const BinaryCall& call) {
  make_folder(call.folder + "/home");
  if (call.as == As::nobody && ::chmod((call.folder + "/home").c_str(), 0777) != 0) {
    throw_errno("chmod", call.folder + "/home");
  }
  std::vector<std::string> words = command_line(call);
  std::vector<std::string> variables = environment_of(call);
  const std::vector<char*> arguments = pointers_to(words);
  const std::vector<char*> environment = pointers_to(variables);
  Pipe input;
  Pipe out;
  Pipe err;
  const pid_t child = ::fork();
  if (child < 0) {
    throw_errno("fork", words.front());
  }
  if (child == 0) {
    ::dup2(input.read_end, 0);
    ::dup2(out.write_end, 1);
    ::dup2(err.write_end, 2);
    if (::chdir(call.folder.c_str()) == 0) {
      ::execvpe(arguments.front(), arguments.data(), environment.data());
    }
    ::_exit(127);
  }
  input.close_read();
  out.close_write();
  err.close_write();
  BinaryAnswer answer;
  // A child that ends without reading its input must not end us.
  const auto previous = ::signal(SIGPIPE, SIG_IGN);
  exchange(input, out, err, call.input, answer);
  ::signal(SIGPIPE, previous);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  answer.exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return answer;
}

}  // namespace hubward::test
