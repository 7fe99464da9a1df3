// Leads a program that turns to a resolver to hubward's name server.
#pragma once

#include "runner/guard/asked_ports.h"
#include "runner/guard/name_serving.h"
#include "runner/guard/names.h"
#include "runner/guard/private_network.h"

#include <functional>
#include <optional>
#include <span>

namespace hubward {

/// Exchanges the program's socket for one that lives in a network of our own, and lets its call go
/// on there. A socket that was exchanged once is only let go on, so no answer that is under way is
/// lost; where an epoll watches it already, it is told of the new one.
/// @param ports  gets who asks, before the program can
/// @param answers  by the type of the socket: whether somebody listens there, so that a call which
/// would fail alone is left to fail
/// @return nullopt for a socket that cannot be exchanged; nothing has been touched then
/// Thread safety: any thread.
std::optional<NamesAnswer> exchange_socket(const ResolverCall& call, PrivateNetwork& network,
                                           AskedPorts& ports,
                                           const std::function<bool(int)>& answers);

/// Connects the program's socket to the name server, in its place; a send is not ours (nullopt).
/// @param servers  on this machine's loopback
std::optional<NamesAnswer> redirect_socket(const ResolverCall& call,
                                           std::span<const ServerSocket> servers,
                                           AskedPorts& ports);

/// Non-blocking, on free ports of 127.0.0.1 and ::1; those that cannot be made are left out.
std::vector<ServerSocket> loopback_servers();

}  // namespace hubward
