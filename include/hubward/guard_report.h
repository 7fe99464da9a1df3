// What the guard saw of a command: who tried to leave the machine, for what host, how often. Part
// of the report of `run --guard`; its JSON form is promised, docs/report.schema.json.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

/// One process of the way from the asker up to the command.
struct GuardAncestor {
  std::int64_t pid = 0;
  std::string program;  ///< its short name; safe for eyes
};

enum class AttemptKind : std::uint8_t {
  address,     ///< a call that names an address off this machine
  name,        ///< a question for a name, to whatever resolver
  socket,      ///< a socket that leaves the machine by calls that no filter sees
  unreadable,  ///< a call whose address could not be read, so that it had to be taken for one
  inherited,   ///< a connection that was there before the command
};

std::string_view to_string(AttemptKind kind);

/// Attempts of one program for one target. All texts are safe for eyes.
struct GuardAttempt {
  AttemptKind kind = AttemptKind::address;
  bool refused = false;
  std::int64_t pid = 0;                ///< of the first of them; 0 when it is not known
  std::string program;                 ///< its file, else its short name
  std::vector<std::string> arguments;  ///< the first ones, the program's own name among them
  std::vector<GuardAncestor> chain;    ///< parents, nearest first, up to the command
  std::string host;                    ///< empty when no name was seen for the address
  std::string address;                 ///< empty when none is known
  int port = 0;                        ///< 0 when there is none
  std::string call;                    ///< "connect"
  std::uint64_t count = 1;
  std::chrono::system_clock::time_point first;
};

struct GuardReport {
  std::string mode;       ///< "observe", "enforce"
  std::string mechanism;  ///< "seccomp", "netns", "outer", "none"
  std::string names;  ///< how host names were learnt: "own_network", "redirect", "payload", "none"
  std::vector<std::string> warnings;
  std::optional<std::uint64_t> attempts;  ///< all of them; nullopt where nobody counts
  std::vector<GuardAttempt> leaks;        ///< at most kMaxLeaks, in the order of their first time
};

inline constexpr std::size_t kMaxLeaks = 1000;

}  // namespace hubward
