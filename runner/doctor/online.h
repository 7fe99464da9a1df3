// What the Hub says when it is asked once: whether it takes the token, how much of the rate limit's
// window is left, and what time it has. One request, never repeated: a doctor who asks again and
// again is part of what a rate limit is against.
#pragma once

#include "runner/fetch/endpoint.h"
#include "runner/hub/clock.h"
#include "runner/hub/rate_limit.h"
#include "runner/hub/transport.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hubward {

enum class TokenAnswer : std::uint8_t {
  none,  ///< there is none to be sent
  kept,  ///< there is one, and it may not go to this endpoint
  accepted,
  refused,
  unknown,  ///< the endpoint does not say, as a mirror that knows no accounts
};
std::string_view to_string(TokenAnswer answer);

/// Whether the connection is sealed, and by whom.
enum class TlsAnswer : std::uint8_t { plain, trusted, untrusted, unknown };
std::string_view to_string(TlsAnswer answer);

struct OnlineFacts {
  std::string endpoint;  ///< as Url::shown
  bool is_mirror = false;
  bool is_reached = false;
  int status = 0;    ///< of HTTP; 0 when not reached
  std::string what;  ///< a sentence when something is wrong, safe for eyes; may be empty
  TlsAnswer tls = TlsAnswer::unknown;
  TokenAnswer token = TokenAnswer::none;
  std::string account;  ///< whose the token is, safe for eyes; may be empty
  std::optional<RateLimit> left;
  std::optional<RatePolicy> policy;
  std::string tier;  ///< "anonymous", "a free account" …: by the quota; empty when unknown
  /// The Hub's clock less ours, halved travel time added; whole seconds are all it tells.
  std::optional<std::chrono::seconds> clock_ahead;
  std::chrono::milliseconds took{0};
  int exit_code = 0;  ///< 0, 69, 75 or 77
};

struct OnlineRequest {
  Endpoint endpoint;
  bool has_token = false;  ///< also one that stays here
  std::chrono::seconds deadline{20};
  std::string user_agent = "hubward";
};

OnlineFacts ask_hub(const OnlineRequest& request, Transport& transport, Clock& clock);

}  // namespace hubward
