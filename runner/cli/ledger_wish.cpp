#include "runner/cli/ledger_wish.h"

#include "runner/cli/doctor_ground.h"
#include "runner/cli/tokens.h"

#include <spdlog/spdlog.h>

namespace hubward {
namespace {

bool is_wanted(const Settings& settings, const Config& config, const Surroundings& surroundings) {
  if (settings.ledger) return *settings.ledger;
  if (config.verify.ledger) return *config.verify.ledger;
  const auto ci = surroundings.variables.find("CI");
  if (ci == surroundings.variables.end()) return true;
  return ci->second.empty() || ci->second == "false" || ci->second == "0";
}

/// As the XDG base directory specification has it: a relative path counts for nothing.
std::optional<std::string> state_home(const Surroundings& surroundings) {
  const auto named = surroundings.variables.find("XDG_STATE_HOME");
  if (named != surroundings.variables.end() && named->second.starts_with('/')) {
    return named->second;
  }
  const auto home = expand_user("~", location_request(surroundings));
  if (!home || !is_folder_there(*home)) return std::nullopt;
  return *home + "/.local/state";
}

}  // namespace

std::optional<LedgerWish> ledger_wish(const Settings& settings, const Config& config,
                                      const Surroundings& surroundings) {
  if (!is_wanted(settings, config, surroundings)) return std::nullopt;
  const auto state = state_home(surroundings);
  if (!state) {
    spdlog::info("no ledger: there is no home to keep it in");
    return std::nullopt;
  }
  return LedgerWish{.folder = *state + "/hubward",
                    .recheck_after = config.verify.recheck_after,
                    .is_believed = !settings.rechecks};
}

}  // namespace hubward
