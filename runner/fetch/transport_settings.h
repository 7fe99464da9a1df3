// How a transport is set up by the environment: proxies, certificates, patience. Pure.
#pragma once

#include "runner/hub/transport.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hubward {

/// @param environment  "NAME=value"
TransportOptions transport_options(std::span<const std::string> environment);

/// The first entry's value; nullopt when there is none.
std::optional<std::string> inherited_value(std::span<const std::string> environment,
                                           std::string_view name);

}  // namespace hubward
