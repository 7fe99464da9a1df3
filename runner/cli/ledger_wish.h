// Whether what earlier runs have read is believed, and where it is written down. On a fresh CI
// machine there is nothing to remember, and on a kept one the jobs share it: it has to be asked
// for.
#pragma once

#include "runner/cli/settings.h"
#include "runner/cli/surroundings.h"
#include "verifier/asked/config.h"

#include <chrono>
#include <optional>
#include <string>

namespace hubward {

struct LedgerWish {
  std::string folder;
  std::optional<std::chrono::seconds> recheck_after;
  bool is_believed = true;  ///< --recheck: no, but renewed
};

/// nullopt: there is to be none, or there is no home to keep it in.
std::optional<LedgerWish> ledger_wish(const Settings& settings, const Config& config,
                                      const Surroundings& surroundings);

}  // namespace hubward
