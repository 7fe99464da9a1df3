#include "runner/cli/opposites.h"

namespace hubward {
namespace {

struct LockWishes {
  bool ignored = false;
  bool required = false;
  bool named = false;
};

Result<LockWishes> lock_wishes(const Wishes& wishes) {
  LockWishes said;
  HUBWARD_TRY(said.ignored, wishes.is_on(Flag::no_lock));
  HUBWARD_TRY(const bool locked, wishes.is_on(Flag::locked));
  HUBWARD_TRY(const bool frozen, wishes.is_on(Flag::frozen));
  said.required = locked || frozen;
  said.named = wishes.one(Flag::lock).has_value();
  return said;
}

struct LedgerWishes {
  std::optional<bool> with;
  bool without = false;
  bool rechecks = false;

  bool wants_one() const { return with == true || rechecks; }
};

Result<LedgerWishes> ledger_wishes(const Wishes& wishes) {
  LedgerWishes said;
  HUBWARD_TRY(said.with, wishes.truth(Flag::ledger));
  HUBWARD_TRY(said.without, wishes.is_on(Flag::no_ledger));
  HUBWARD_TRY(said.rechecks, wishes.is_on(Flag::recheck));
  return said;
}

}  // namespace

Result<LockUse> lock_use(const Wishes& wishes, const CommandLine& line) {
  const EnvironmentView no_environment;
  HUBWARD_TRY(const LockWishes flags, lock_wishes(Wishes(line, no_environment)));
  HUBWARD_TRY(LockWishes said, lock_wishes(wishes));
  if (flags.ignored && !flags.required && !flags.named) return LockUse::ignored;
  if (!flags.ignored && (flags.required || flags.named)) said.ignored = false;
  if (said.ignored && (said.required || said.named)) {
    return fail(ErrorKind::usage, "", "--no-lock contradicts --lock, --locked and --frozen");
  }
  if (said.ignored) return LockUse::ignored;
  return said.required ? LockUse::required : LockUse::if_present;
}

Result<Verbosity> verbosity_of(const Wishes& wishes, const CommandLine& line) {
  HUBWARD_TRY(bool quiet, wishes.is_on(Flag::quiet));
  HUBWARD_TRY(bool verbose, wishes.is_on(Flag::verbose));
  if (quiet && verbose) {
    const EnvironmentView no_environment;
    HUBWARD_TRY(quiet, Wishes(line, no_environment).is_on(Flag::quiet));
    HUBWARD_TRY(verbose, Wishes(line, no_environment).is_on(Flag::verbose));
    if (quiet == verbose) {
      return fail(ErrorKind::usage, "", "--quiet and --verbose contradict each other");
    }
  }
  if (quiet) return Verbosity::quiet;
  return verbose ? Verbosity::verbose : Verbosity::normal;
}

Result<LedgerChoice> ledger_choice(const Wishes& wishes, const CommandLine& line) {
  const EnvironmentView no_environment;
  HUBWARD_TRY(const LedgerWishes flags, ledger_wishes(Wishes(line, no_environment)));
  HUBWARD_TRY(LedgerWishes said, ledger_wishes(wishes));
  if (said.without && said.wants_one()) {
    if (flags.without == flags.wants_one()) {
      return fail(ErrorKind::usage, "",
                  said.with == true
                      ? "--ledger and --no-ledger contradict each other"
                      : "--recheck renews what the ledger has, and --no-ledger keeps none: "
                        "--no-ledger alone reads every blob too");
    }
    if (flags.without) said = flags;
    said.without = flags.without;
  }
  return LedgerChoice{.is_wanted = said.without ? std::optional(false) : said.with,
                      .rechecks = said.rechecks};
}

}  // namespace hubward
