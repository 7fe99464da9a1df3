// The half of the name server that speaks UDP.
#pragma once

#include "runner/guard/name_serving.h"

#include <poll.h>
#include <sys/socket.h>

#include <cstddef>
#include <span>
#include <vector>

namespace hubward {

class NameDatagrams {
 public:
  /// Questions that wait for an answer; beyond it the oldest is given up. Programs ask again.
  static constexpr std::size_t kMost = 256;
  static constexpr std::chrono::seconds kPatience{15};

  /// Both outlive this.
  NameDatagrams(std::span<const ServerSocket> sockets, const NameServing& serving);

  void add_polls(std::vector<struct pollfd>& polls) const;
  /// @param polls  those that it has added
  void serve(std::span<const struct pollfd> polls, ServingTime now);

 private:
  struct Client {
    const ServerSocket* server = nullptr;
    struct sockaddr_storage address = {};
    struct sockaddr_storage resolver = {};
  };
  struct Waiting {
    Client client;
    UniqueFd resolver;
    std::vector<std::byte> failure;  ///< what the client is told when the resolver has gone
    std::shared_ptr<const Asker> asker;
    ServingTime until;
  };

  bool receive(const ServerSocket& server, Client& client, std::size_t& size);
  void answer_question(const Client& client, ByteView message, ServingTime now);
  bool answer_arrived(Waiting& waiting);
  static void send(const Client& client, ByteView message);
  static bool say_unreachable(const Client& client);

  std::span<const ServerSocket> sockets_;
  const NameServing& serving_;
  std::vector<Waiting> waiting_;
  std::vector<std::byte> buffer_;
};

}  // namespace hubward
