// The half of the name server that speaks TCP: messages, each behind its length.
#pragma once

#include "runner/guard/name_serving.h"

#include <poll.h>
#include <sys/socket.h>

#include <cstddef>
#include <list>
#include <memory>
#include <span>
#include <vector>

namespace hubward {

class NameStreams {
 public:
  /// Conversations at once; others wait to be accepted.
  static constexpr std::size_t kMost = 64;
  /// Without a byte in either direction.
  static constexpr std::chrono::seconds kPatience{60};

  /// Both outlive this.
  NameStreams(std::span<const ServerSocket> sockets, const NameServing& serving)
      : sockets_(sockets), serving_(serving) {}

  void add_polls(std::vector<struct pollfd>& polls) const;
  /// @param polls  those that it has added
  void serve(std::span<const struct pollfd> polls, ServingTime now);

 private:
  /// One way of a conversation's two.
  struct Side {
    UniqueFd fd;
    std::vector<std::byte> in;   ///< received, no whole message yet
    std::vector<std::byte> out;  ///< to be sent
    bool has_ended = false;      ///< will send nothing more
    bool was_told = false;       ///< that nothing more will be sent to it
  };
  struct Conversation {
    Side client;
    Side resolver;                         ///< closed until there is something to ask
    struct sockaddr_storage address = {};  ///< of the resolver
    AskingPort port;
    ServingTime until;
    bool is_over = false;
  };

  static struct pollfd poll_for(const Side& side, const Side& other);
  static bool receive(Side& side);
  static bool send(Side& side);
  void accept_from(const ServerSocket& socket, ServingTime now);
  void talk(Conversation& talk, short client, short resolver, ServingTime now);
  void take_questions(Conversation& talk);
  void take_answers(Conversation& talk);
  static void pass_ends_on(Conversation& talk);

  std::span<const ServerSocket> sockets_;
  const NameServing& serving_;
  std::vector<Conversation> talks_;
};

}  // namespace hubward
