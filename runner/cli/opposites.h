// Flags that contradict each other. One on the command line beats any variable; two of the same
// standing are refused, for nobody can tell which was meant.
#pragma once

#include "runner/cli/settings.h"
#include "runner/cli/wishes.h"

namespace hubward {

/// --no-lock against --lock, --locked and --frozen. Errors: usage.
Result<LockUse> lock_use(const Wishes& wishes, const CommandLine& line);

/// --quiet against --verbose. Errors: usage.
Result<Verbosity> verbosity_of(const Wishes& wishes, const CommandLine& line);

struct LedgerChoice {
  std::optional<bool> is_wanted;  ///< nullopt: nobody said
  bool rechecks = false;
};
/// --no-ledger against --ledger and --recheck, which renews it. Errors: usage.
Result<LedgerChoice> ledger_choice(const Wishes& wishes, const CommandLine& line);

}  // namespace hubward
