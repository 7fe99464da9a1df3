#include "runner/guard/name_policy.h"

namespace hubward {

NameVerdict judge_name(GuardMode mode, const HubNames& hub, std::string_view host,
                       ResolverIs resolver) {
  NameVerdict verdict;
  const auto meant = hub.meant(host);
  verdict.host = meant.value_or(std::string(host));
  verdict.is_attempt = meant.has_value() || host.empty() || resolver == ResolverIs::elsewhere;
  verdict.is_refused = verdict.is_attempt && mode == GuardMode::enforce;
  return verdict;
}

}  // namespace hubward
