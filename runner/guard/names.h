// Which host a command asked for, and in enforce that the Hub's names do not exist.
//
// A connect names an address, and an address names nobody. So whoever turns to port 53, whatever
// the address, this machine's own included, is led to a name server of hubward's: it reads the
// question, remembers the answer, and passes both on unchanged, or says that there is no such name.
// To be answered from the very address that was asked (musl and c-ares look), a program's socket is
// exchanged for one that was made in a network of its own, where every address is at home. Nothing
// that is sent there can leave the machine, so the program's call is simply let go on: no address
// in its memory can be changed behind our back, and no thread of ours waits for it.
//
// The interface between what sees the calls (supervisor.h) and what knows names; neither knows the
// other's insides.
#pragma once

#include "verifier/asked/config.h"

#include <sys/socket.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hubward {

/// Who made a call: asker.h. Names only keeps it and hands it back.
struct Asker;

/// A question for a name that would lead off this machine.
struct NameAttempt {
  std::shared_ptr<const Asker> asker;     ///< nullptr when it is not known
  std::string host;                       ///< safe for eyes, without the dot at its end
  struct sockaddr_storage resolver = {};  ///< that was asked
  bool is_refused = false;                ///< enforce: the answer was that there is no such name
};

struct NamesRequest {
  GuardMode mode = GuardMode::observe;  ///< not off
  std::string endpoint_host;            ///< of HF_ENDPOINT; counts as the Hub's; may be empty
  /// Whether an address is on this machine or in an allowed network. Called from any thread.
  std::function<bool(const struct sockaddr_storage&)> stays_here;
  /// Called from any thread, one call at a time not promised; may not call back.
  std::function<void(const NameAttempt&)> on_attempt;
};

/// A call of a guarded process whose address has port 53, as the kernel's notification gives it.
struct ResolverCall {
  enum class Kind : unsigned char { connect, send };
  pid_t tid = -1;  ///< the thread that asks, as hubward's process namespace numbers it
  int fd = -1;     ///< the socket's number over there
  Kind kind = Kind::connect;
  /// As read from the asker's memory; IPv4 or IPv6 (a send's AF_UNSPEC has become AF_INET).
  struct sockaddr_storage address = {};
  socklen_t address_length = 0;
  /// Of a send: the bytes of the (first) message to that address, up to 1,500; else empty.
  std::span<const std::byte> payload;
  bool has_more = false;  ///< further messages of the same call turn to port 53 too
  std::shared_ptr<const Asker> asker;

  /// Whether the asker still waits for its answer.
  std::function<bool()> is_waiting;
  /// Puts a copy of a descriptor in the place of the asker's `target` (SECCOMP_IOCTL_NOTIF_ADDFD).
  /// @return false when that cannot be, or the asker has gone
  std::function<bool(int source, int target, bool close_on_exec)> replace;
};

/// What the supervisor has to do with the notification.
struct NamesAnswer {
  enum class Kind : unsigned char {
    proceed,  ///< let the kernel run the call (CONTINUE)
    value,    ///< the call has been made: it returns `value`
    error,    ///< the call fails with `error`
    gone,     ///< the asker is no more: nothing is to be answered
  };
  Kind kind = Kind::proceed;
  std::int64_t value = 0;
  int error = 0;  ///< a positive errno
};

class Names {
 public:
  /// How questions are seen, strongest first.
  enum class Means : unsigned char {
    own_network,  ///< every question and every answer
    redirect,     ///< enforce without an own network: of resolvers that do not look who answers
    payload,  ///< observe without one: those that are sent by sendmsg, sendmmsg or with an address
  };

  virtual ~Names() = default;

  virtual Means means() const = 0;
  /// Why it is not own_network: one sentence, safe for eyes; else empty.
  virtual std::string why_weaker() const = 0;

  /// Starts the thread that answers. From a thread that is not filtered: what it starts would be
  /// filtered too, and wait for itself. After stop(), and in a child forked after stop(), it may be
  /// called anew.
  virtual void serve() = 0;
  /// Ends that thread, once it has heard what has been asked, and waits for it. Questions asked
  /// from here on wait for the next serve().
  virtual void stop() = 0;
  /// From here on on_attempt is not called any more.
  virtual void be_silent() = 0;
  /// What a process that goes on serving has to keep open.
  virtual std::vector<int> descriptors() const = 0;
  /// Such a process has been forked: the network stays until that has ended too.
  virtual void hand_over() = 0;

  /// To be asked first about every call to port 53, before any other judgement.
  /// @return nullopt when this module has no opinion: to be judged like any other address (and
  /// then, only then, to be counted as an attempt by the caller)
  /// Thread safety: may run at once in several threads, serve() or not. Never waits for the asker.
  virtual std::optional<NamesAnswer> on_resolver(const ResolverCall& call) = 0;

  /// Whether what a thread sends on a socket without an address has to be shown, by on_send(): that
  /// socket was connected to a resolver, and nothing else shows the question. No system call.
  /// Thread safety: any thread.
  virtual bool wants_sends_of(pid_t tid, int fd) const = 0;
  /// @param call  its address is left out
  virtual void on_send(const ResolverCall& call) = 0;

  /// The name that an address was the answer for when that process, a parent of it or anybody asked
  /// last; empty when none was seen.
  /// Thread safety: any thread.
  virtual std::string host_of(const struct sockaddr& address, const Asker& asker) const = 0;
};

/// Forks the process that owns the network (it ends when the Names is gone, or hubward), so: while
/// one thread exists. Where there can be no such network the Names does with less, and says so.
/// @param request  its functions are called until the Names is gone
std::unique_ptr<Names> make_names(NamesRequest request);

}  // namespace hubward
