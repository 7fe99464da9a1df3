// One book for all verifications of a command, so that the second reads only what has changed; a
// disk for each, for a downloader may put a new directory in the place of the cache.
#pragma once

#include "runner/cli/settings.h"
#include "verifier/gate.h"
#include "verifier/proof/proof_book.h"
#include <hubward/report.h>
#include <hubward/result.h>
#include <hubward/verify.h>

namespace hubward {

class Verifier {
 public:
  /// Shows its progress on a terminal, unless --quiet.
  explicit Verifier(const Settings& settings);

  /// Errors: as verify.
  Result<Report> operator()(const VerifyRequest& request);
  /// For who proves files by other means: the next verification believes it.
  ProofBook& book() { return book_; }
  /// Errors: as gate.
  Result<Report> gate(const GateRequest& request);

 private:
  template <class Call>
  Result<Report> timed(const VerifyRequest& request, const Call& call);

  ProofBook book_;
  bool shows_progress_;
};

}  // namespace hubward
