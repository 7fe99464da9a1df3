// What becomes of a question for a name. Pure.
#pragma once

#include "runner/guard/hub_names.h"
#include "verifier/asked/config.h"

#include <string>
#include <string_view>

namespace hubward {

/// Whether the resolver that was asked is on this machine or in an allowed network.
enum class ResolverIs : unsigned char { here, elsewhere };

struct NameVerdict {
  bool is_refused = false;
  bool is_attempt = false;  ///< to leave the machine
  std::string host;         ///< that was meant
};

/// A name of the Hub's is an attempt wherever it is asked for: nobody asks who does not mean to go.
/// Any other is one when the question itself leaves the machine; else the connect that follows
/// tells. What is not exactly one question, and so has no host, is one too: another reader may find
/// a name of the Hub's in it. An attempt is refused in enforce, so hubward's own name server asks
/// nobody elsewhere.
NameVerdict judge_name(GuardMode mode, const HubNames& hub, std::string_view host,
                       ResolverIs resolver);

}  // namespace hubward
