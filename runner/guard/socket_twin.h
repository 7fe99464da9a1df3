// A socket that takes another's place must be as the other was: what the program has set, where it
// was bound, and who watches it.
#pragma once

#include "runner/guard/asked_ports.h"

#include <optional>

namespace hubward {

/// What a socket is; nullopt for one that speaks neither UDP nor TCP over IPv4 or IPv6.
struct SocketKind {
  int domain = 0;
  int type = 0;
};
std::optional<SocketKind> kind_of(int socket);

/// Gives `twin` the options and the mode that `original` has. What the kernel refuses is left out.
void copy_options(int original, int twin);

/// Binds `twin` where `original` is bound; where it is not, or that cannot be, to any free port.
/// @return nullopt when it cannot be bound at all
std::optional<AskingPort> bind_like(int original, int twin, const SocketKind& kind);

}  // namespace hubward
