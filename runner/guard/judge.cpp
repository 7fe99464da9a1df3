#include "runner/guard/judge.h"

#include "runner/guard/asking_socket.h"
#include "verifier/text/show.h"

#include <fmt/core.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace hubward {
namespace {

constexpr std::uint16_t kDomain = 53;
constexpr std::size_t kMostPayload = 1500;
constexpr std::size_t kMostNoted = 16;  ///< addresses of one call

// Who answers for names without asking the network itself, so that what it does is seen nowhere.
// Without them a C library asks the name server, where it is seen.
constexpr std::array<std::string_view, 6> kResolverSockets = {
    "/run/nscd/socket",
    "/var/run/nscd/socket",
    "/run/systemd/resolve/io.systemd.Resolve",
    "/var/run/systemd/resolve/io.systemd.Resolve",
    "/run/avahi-daemon/socket",
    "/var/run/avahi-daemon/socket",
};

bool is_resolver(const Target& target) {
  return target.family == AF_UNIX &&
         std::ranges::find(kResolverSockets, target.path) != kResolverSockets.end();
}

AddressUse use_of(Call call) {
  return call == Call::connect ? AddressUse::connect : AddressUse::send;
}

socklen_t socket_address(const Target& target, sockaddr_storage& into) {
  if (target.family == AF_INET) {
    sockaddr_in v4 = {};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(target.port);
    std::memcpy(&v4.sin_addr, &target.address.bytes[12], sizeof v4.sin_addr);
    std::memcpy(&into, &v4, sizeof v4);
    return sizeof v4;
  }
  sockaddr_in6 v6 = {};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(target.port);
  std::memcpy(&v6.sin6_addr, target.address.bytes.data(), sizeof v6.sin6_addr);
  std::memcpy(&into, &v6, sizeof v6);
  return sizeof v6;
}

}  // namespace

/// What the addresses of one call come to.
struct Judge::Seen {
  std::vector<Target> leaving;
  bool names_are_known = false;
  bool turns_to_resolver = false;  ///< a path socket that answers for names
  bool has_question = false;       ///< the first address with port 53 is below
  bool has_more_questions = false;
  Target resolver;
  AskedAddress question;  ///< without its bytes
  std::array<std::byte, sizeof(sockaddr_storage)> raw = {};
  std::size_t raw_size = 0;

  void see(const AskedAddress& address, const Target& target) {
    if (is_resolver(target)) turns_to_resolver = true;
    const bool is_question = names_are_known && target.is_internet() && target.port == kDomain;
    if (is_question && has_question) has_more_questions = true;
    if (is_question && !has_question) {
      has_question = true;
      resolver = target;
      question = {{}, address.message};
      std::ranges::copy(address.bytes, raw.begin());
      raw_size = address.bytes.size();
    }
    if (target.stays() || leaving.size() == kMostNoted) return;
    leaving.push_back(target);
    leaving.back().path = {};
  }
};

GuardAttempt attempt_of(const Asker& asker) {
  GuardAttempt attempt;
  attempt.pid = asker.pid;
  attempt.program = asker.program;
  attempt.arguments = asker.arguments;
  attempt.chain = asker.chain;
  return attempt;
}

void Judge::answer(const Notification& notification,
                   const std::function<void()>& before_slow) const {
  AskedCall call;
  const Look look = understand(notification, request_.machine, call);
  if (look == Look::faulty) return listener_.let_pass(notification.id);
  if (look == Look::unreadable) return answer_unreadable(notification, call, before_slow);
  switch (call.call) {
    case Call::socket: return answer_socket(notification, call, before_slow);
    case Call::io_uring_setup: return answer_ring(notification, call, before_slow);
    case Call::connect:
    case Call::sendto:
    case Call::sendmsg:
    case Call::sendmmsg: return answer_addresses(notification, call, before_slow);
    case Call::socketcall: break;
  }
  answer_unreadable(notification, call, before_slow);
}

void Judge::answer_socket(const Notification& notification, const AskedCall& call,
                          const std::function<void()>& before_slow) const {
  auto family = static_cast<std::uint32_t>(call.arguments[0]);
  const auto type = static_cast<std::uint32_t>(call.arguments[1]);
  const auto protocol = static_cast<std::uint32_t>(call.arguments[2]);
  if (!leaves_by_other_calls(family, type, protocol)) return listener_.let_pass(notification.id);
  // The kernel makes a packet socket of it, whatever the family.
  if ((type & 0xfU) == SOCK_PACKET) family = AF_PACKET;
  before_slow();
  const auto asker =
      std::make_shared<const Asker>(look_at_asker(call.thread, request_.top, request_.redact));
  if (!listener_.is_waiting(notification.id)) return;
  Target target{.reach = Reach::unknown, .family = static_cast<std::uint16_t>(family)};
  note(asker, call, AttemptKind::socket, target);
  if (refuses()) return listener_.refuse(notification.id, EAFNOSUPPORT);
  listener_.let_pass(notification.id);
}

void Judge::answer_ring(const Notification& notification, const AskedCall& call,
                        const std::function<void()>& before_slow) const {
  before_slow();
  if (request_.attempts != nullptr) {
    const Asker asker = look_at_asker(call.thread, request_.top, request_.redact);
    request_.attempts->warn(
        fmt::format("{} (pid {}) has set up an io_uring; what it asks for through that is not seen",
                    asker.program, asker.pid));
  }
  if (refuses()) return listener_.refuse(notification.id, ENOSYS);
  listener_.let_pass(notification.id);
}

void Judge::answer_addresses(const Notification& notification, const AskedCall& call,
                             const std::function<void()>& before_slow) const {
  Seen seen;
  seen.names_are_known = request_.names != nullptr;
  struct Eyes {
    Seen& seen;
    AddressUse use;
    const Networks& allowed;
  } eyes = {seen, use_of(call.call), request_.allowed};
  // One reference fits into a std::function without an allocation.
  const Look look = visit_addresses(call, [&eyes](const AskedAddress& address) {
    eyes.seen.see(address, judge_address(address.bytes, eyes.use, eyes.allowed));
  });
  // Whatever was read may have been read of a stranger who got the number of one that has gone.
  if (!listener_.is_waiting(notification.id)) return;
  if (look == Look::unreadable) return answer_unreadable(notification, call, before_slow);
  if (seen.turns_to_resolver && refuses()) return listener_.refuse(notification.id, ENOENT);
  if (seen.leaving.empty() && !seen.has_question) {
    if (request_.names != nullptr) show_message(call, before_slow);
    return listener_.let_pass(notification.id);
  }

  before_slow();
  const int fault = fault_of_descriptor(call.thread, static_cast<int>(call.arguments[0]));
  const auto asker =
      std::make_shared<const Asker>(look_at_asker(call.thread, request_.top, request_.redact));
  if (!listener_.is_waiting(notification.id)) return;
  // Not let go on to hear it of the kernel: the descriptor could have become a socket meanwhile.
  if (fault != 0) return listener_.refuse(notification.id, fault);
  const bool leaves_elsewhere = std::ranges::any_of(
      seen.leaving, [](const Target& target) { return target.port != kDomain; });
  if (seen.has_question && !leaves_elsewhere &&
      answered_by_names(notification, call, seen, asker)) {
    return;
  }
  for (const Target& target : seen.leaving) note(asker, call, AttemptKind::address, target);
  if (refuses() && !seen.leaving.empty()) return listener_.refuse(notification.id, ENETUNREACH);
  listener_.let_pass(notification.id);
}

void Judge::show_message(const AskedCall& call, const std::function<void()>& before_slow) const {
  ResolverCall sent;
  sent.kind = ResolverCall::Kind::send;
  sent.tid = call.thread;
  sent.fd = static_cast<int>(call.arguments[0]);
  const bool is_message = call.call == Call::sendmsg || call.call == Call::sendmmsg;
  if (!is_message || !request_.names->wants_sends_of(sent.tid, sent.fd)) return;
  before_slow();
  sent.asker =
      std::make_shared<const Asker>(look_at_asker(call.thread, request_.top, request_.redact));
  std::array<std::byte, kMostPayload> payload;
  // The first message of a batch lies where a single one would.
  sent.payload = std::span(payload).first(read_payload(call, {{}, call.arguments[1]}, payload));
  request_.names->on_send(sent);
}

bool Judge::answered_by_names(const Notification& notification, const AskedCall& call,
                              const Seen& seen, const std::shared_ptr<const Asker>& asker) const {
  ResolverCall question;
  question.is_waiting = [&] { return listener_.is_waiting(notification.id); };
  question.replace = [&](int source, int target, bool close_on_exec) {
    return listener_.replace(notification.id, source, target, close_on_exec);
  };
  question.tid = call.thread;
  question.fd = static_cast<int>(call.arguments[0]);
  question.asker = asker;
  question.kind =
      call.call == Call::connect ? ResolverCall::Kind::connect : ResolverCall::Kind::send;
  question.has_more = seen.has_more_questions;
  std::memcpy(&question.address, seen.raw.data(), seen.raw_size);
  question.address_length = static_cast<socklen_t>(seen.raw_size);
  if (seen.resolver.family == AF_INET) {
    question.address_length = socket_address(seen.resolver, question.address);
  }
  std::array<std::byte, kMostPayload> payload;
  if (question.kind == ResolverCall::Kind::send) {
    question.payload = std::span(payload).first(read_payload(call, seen.question, payload));
  }
  const auto answer = request_.names->on_resolver(question);
  if (!answer) return false;
  // While the program waits: its question may follow at once.
  const bool connects_away = question.kind == ResolverCall::Kind::connect &&
                             !seen.resolver.stays() && answer->kind != NamesAnswer::Kind::gone;
  if (connects_away && request_.attempts != nullptr) {
    request_.attempts->add_unless_asked(
        attempt_for(*asker, call, AttemptKind::address, seen.resolver));
  }
  switch (answer->kind) {
    case NamesAnswer::Kind::proceed: listener_.let_pass(notification.id); break;
    case NamesAnswer::Kind::value: listener_.succeed(notification.id, answer->value); break;
    case NamesAnswer::Kind::error: listener_.refuse(notification.id, answer->error); break;
    case NamesAnswer::Kind::gone: break;
  }
  return true;
}

void Judge::answer_unreadable(const Notification& notification, const AskedCall& call,
                              const std::function<void()>& before_slow) const {
  before_slow();
  const auto asker = std::make_shared<const Asker>(
      look_at_asker(notification.thread, request_.top, request_.redact));
  if (!listener_.is_waiting(notification.id)) return;
  note(asker, call, AttemptKind::unreadable, {});
  if (refuses()) return listener_.refuse(notification.id, ENETUNREACH);
  listener_.let_pass(notification.id);
}

void Judge::note(const std::shared_ptr<const Asker>& asker, const AskedCall& call, AttemptKind kind,
                 const Target& target) const {
  if (request_.attempts == nullptr) return;
  request_.attempts->add(attempt_for(*asker, call, kind, target));
}

GuardAttempt Judge::attempt_for(const Asker& asker, const AskedCall& call, AttemptKind kind,
                                const Target& target) const {
  GuardAttempt attempt = attempt_of(asker);
  attempt.kind = kind;
  attempt.refused = refuses();
  attempt.call = to_string(call.call);
  attempt.first = request_.now();
  if (kind != AttemptKind::unreadable) attempt.address = address_text(target);
  if (target.is_internet()) {
    attempt.port = target.port;
    if (request_.names != nullptr) {
      sockaddr_storage address = {};
      socket_address(target, address);
      attempt.host = request_.names->host_of(reinterpret_cast<const sockaddr&>(address), asker);
    }
  }
  return attempt;
}

}  // namespace hubward
