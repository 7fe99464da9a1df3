#include "runner/guard/names.h"

#include "runner/guard/asked_ports.h"
#include "runner/guard/known_hosts.h"
#include "runner/guard/name_policy.h"
#include "runner/guard/name_server.h"
#include "runner/guard/private_network.h"
#include "runner/guard/resolver_swap.h"

#include <fmt/core.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/utsname.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <map>
#include <mutex>
#include <utility>

namespace hubward {
namespace {

constexpr std::size_t kMostResolvConf = 65536;
constexpr int kConnectMilliseconds = 250;

std::vector<std::string> search_domains() {
  const UniqueFd file(::open("/etc/resolv.conf", O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  std::string text(kMostResolvConf, '\0');
  const ssize_t size = file.is_open() ? ::read(file.get(), text.data(), text.size()) : 0;
  text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  struct utsname machine = {};
  ::uname(&machine);
  return search_domains_in(text, static_cast<const char*>(machine.nodename));
}

/// Which sockets were connected to which resolver, by the number that they have in a thread. It may
/// have gone to another since: whoever looks has to look at what is sent too.
class ConnectedSockets {
 public:
  static constexpr std::size_t kMost = 1024;

  void put(const ResolverCall& call) {
    const std::lock_guard lock(mutex_);
    if (resolvers_.size() == kMost) resolvers_.clear();
    resolvers_.insert_or_assign({call.tid, call.fd}, call.address);
  }
  std::optional<struct sockaddr_storage> find(pid_t tid, int fd) const {
    const std::lock_guard lock(mutex_);
    const auto found = resolvers_.find({tid, fd});
    if (found == resolvers_.end()) return std::nullopt;
    return found->second;
  }

 private:
  mutable std::mutex mutex_;  // guards what is below
  std::map<std::pair<pid_t, int>, struct sockaddr_storage> resolvers_;
};

class OwnNames : public Names {
 public:
  /// @param network  nullptr where there can be none
  OwnNames(NamesRequest request, std::unique_ptr<PrivateNetwork> network, std::string why_weaker);

  Means means() const override;
  std::string why_weaker() const override { return why_weaker_; }
  void serve() override { server_.start(); }
  void stop() override { server_.stop(); }
  void be_silent() override { is_silent_ = true; }
  std::vector<int> descriptors() const override;
  void hand_over() override {
    if (network_) network_->hand_over();
  }
  std::optional<NamesAnswer> on_resolver(const ResolverCall& call) override;
  bool wants_sends_of(pid_t tid, int fd) const override;
  void on_send(const ResolverCall& call) override;
  std::string host_of(const struct sockaddr& address, const Asker& asker) const override {
    return hosts_.host_of(address, &asker);
  }

 private:
  static std::vector<ServerSocket> sockets_for(const NamesRequest& request,
                                               PrivateNetwork* network);
  NameDecision decide(const NameQuestion& question);
  std::optional<NamesAnswer> judge_payload(const ResolverCall& call);
  bool may_answer(const ResolverCall& call, int type) const;

  NamesRequest request_;
  std::unique_ptr<PrivateNetwork> network_;
  std::string why_weaker_;
  HubNames hub_;
  KnownHosts hosts_;
  AskedPorts ports_;
  ConnectedSockets connected_;
  std::atomic<bool> is_silent_{false};
  NameServer server_;  // the last: its thread uses the others
};

OwnNames::OwnNames(NamesRequest request, std::unique_ptr<PrivateNetwork> network,
                   std::string why_weaker)
    : request_(std::move(request)),
      network_(std::move(network)),
      why_weaker_(std::move(why_weaker)),
      hub_(request_.endpoint_host, search_domains()),
      server_(
          sockets_for(request_, network_.get()),
          {&ports_, &hosts_, [this](const NameQuestion& question) { return decide(question); }}) {}

std::vector<ServerSocket> OwnNames::sockets_for(const NamesRequest& request,
                                                PrivateNetwork* network) {
  if (network == nullptr) {
    return request.mode == GuardMode::enforce ? loopback_servers() : std::vector<ServerSocket>();
  }
  PrivateNetwork::Servers servers = network->take_servers();
  std::vector<ServerSocket> sockets;
  sockets.push_back({std::move(servers.udp4), false, AF_INET, true, std::move(servers.icmp4)});
  sockets.push_back({std::move(servers.tcp4), true, AF_INET, true});
  sockets.push_back({std::move(servers.udp6), false, AF_INET6, true, std::move(servers.icmp6)});
  sockets.push_back({std::move(servers.tcp6), true, AF_INET6, true});
  std::erase_if(sockets, [](const ServerSocket& socket) { return !socket.fd.is_open(); });
  return sockets;
}

Names::Means OwnNames::means() const {
  if (network_) return Means::own_network;
  return request_.mode == GuardMode::enforce ? Means::redirect : Means::payload;
}

std::vector<int> OwnNames::descriptors() const {
  std::vector<int> open;
  for (const ServerSocket& socket : server_.sockets()) {
    open.push_back(socket.fd.get());
    if (socket.icmp.is_open()) open.push_back(socket.icmp.get());
  }
  if (network_) open.push_back(network_->line());
  return open;
}

NameDecision OwnNames::decide(const NameQuestion& question) {
  const ResolverIs where =
      request_.stays_here(question.resolver) ? ResolverIs::here : ResolverIs::elsewhere;
  NameVerdict verdict = judge_name(request_.mode, hub_, question.host, where);
  if (verdict.is_attempt && !is_silent_) {
    request_.on_attempt(
        {question.asker, std::move(verdict.host), question.resolver, verdict.is_refused});
  }
  return verdict.is_refused ? NameDecision::no_such_name : NameDecision::pass_on;
}

// A program has to hear at once that there is no way or that nobody listens, as it would alone;
// under enforce of those that it may ask. A stream that is not refused at once counts as one.
bool OwnNames::may_answer(const ResolverCall& call, int type) const {
  if (call.kind == ResolverCall::Kind::send && request_.mode == GuardMode::enforce) return true;
  if (request_.mode == GuardMode::enforce && !request_.stays_here(call.address)) return true;
  const UniqueFd tried = connect_to(call.address, type);
  if (!tried.is_open() || type != SOCK_STREAM) return tried.is_open();
  struct pollfd connected = {tried.get(), POLLOUT, 0};
  ::poll(&connected, 1, kConnectMilliseconds);
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(tried.get(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

std::optional<NamesAnswer> OwnNames::on_resolver(const ResolverCall& call) {
  if (call.address.ss_family != AF_INET && call.address.ss_family != AF_INET6) return std::nullopt;
  std::optional<NamesAnswer> answer;
  switch (means()) {
    case Means::own_network:
      if (request_.mode == GuardMode::observe && is_silent_) break;
      answer = exchange_socket(call, *network_, ports_,
                               [&](int type) { return may_answer(call, type); });
      break;
    case Means::redirect: answer = redirect_socket(call, server_.sockets(), ports_); break;
    case Means::payload:
      if (call.kind == ResolverCall::Kind::connect) connected_.put(call);
      break;
  }
  return answer ? answer : judge_payload(call);
}

bool OwnNames::wants_sends_of(pid_t tid, int fd) const {
  return !network_ && !is_silent_ && connected_.find(tid, fd).has_value();
}

void OwnNames::on_send(const ResolverCall& call) {
  const auto resolver = connected_.find(call.tid, call.fd);
  const auto question = parse_question(call.payload);
  if (resolver && question) decide({question->host, *resolver, call.asker});
}

std::optional<NamesAnswer> OwnNames::judge_payload(const ResolverCall& call) {
  if (call.kind != ResolverCall::Kind::send) return std::nullopt;
  const auto question = parse_question(call.payload);
  // Of several the first alone is shown: to be refused as what cannot be read.
  const bool is_shown = question && !(call.has_more && request_.mode == GuardMode::enforce);
  const auto host = is_shown ? std::string_view(question->host) : std::string_view();
  if (decide({host, call.address, call.asker}) == NameDecision::pass_on) {
    return NamesAnswer{NamesAnswer::Kind::proceed};
  }
  return NamesAnswer{NamesAnswer::Kind::error, 0, ENETUNREACH};
}

}  // namespace

std::unique_ptr<Names> make_names(NamesRequest request) {
  auto network = PrivateNetwork::make();
  if (network) return std::make_unique<OwnNames>(std::move(request), std::move(*network), "");
  const Error& error = network.error();
  std::string why = error.what + ": " + error.where;
  // Of unshare it means that: "No space left on device" would send people to look for their disk.
  const bool is_limit = error.sys_errno == ENOSPC;
  if (is_limit) why += ": no more of them are allowed (/proc/sys/user)";
  if (error.sys_errno != 0 && !is_limit) {
    why += fmt::format(": {}", std::strerror(error.sys_errno));
  }
  return std::make_unique<OwnNames>(std::move(request), nullptr, std::move(why));
}

}  // namespace hubward
