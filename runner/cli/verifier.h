// One book for all verifications of a command, so that the second reads only what has changed, and
// the ledger of those before it; a disk for each, for a downloader may put a new directory in the
// place of the cache.
#pragma once

#include "runner/cli/ledger_wish.h"
#include "runner/cli/settings.h"
#include "runner/ledger/ledger.h"
#include "verifier/gate.h"
#include "verifier/proof/proof_book.h"
#include <hubward/report.h>
#include <hubward/result.h>
#include <hubward/verify.h>

#include <optional>

namespace hubward {

class Verifier {
 public:
  /// Shows its progress on a terminal, unless --quiet.
  /// @param ledger  nullopt: every blob is read, once
  explicit Verifier(const Settings& settings, std::optional<LedgerWish> ledger = std::nullopt);

  /// Errors: as verify.
  Result<Report> operator()(const VerifyRequest& request);
  /// For who verifies nothing else: without a ledger nothing is remembered, and a short file costs
  /// two system calls less.
  Result<Report> once(const VerifyRequest& request);
  /// For who proves files by other means: the next verification believes it.
  ProofBook& book() { return book_; }
  /// Errors: as gate.
  Result<Report> gate(const GateRequest& request);

 private:
  Result<Report> verify_with(ProofBook* book, const VerifyRequest& request);
  template <class Call>
  Result<Report> timed(const VerifyRequest& request, const Call& call);

  void recall(const VerifyRequest& request);
  void record(const VerifyRequest& request);
  void complain(const Error& error);

  ProofBook book_;
  std::optional<LedgerWish> ledger_;
  bool is_recalled_ = false;
  bool has_warned_ = false;
  bool shows_progress_;
};

}  // namespace hubward
