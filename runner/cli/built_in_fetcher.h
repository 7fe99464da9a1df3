// hubward's own downloader with what the command line and this process give it; `run` takes it as a
// Fetcher, `fetch` asks it for more.
#pragma once

#include "runner/cli/preparation.h"
#include "runner/cli/real_clock.h"
#include "runner/cli/settings.h"
#include "runner/cli/surroundings.h"
#include "runner/fetch/built_in.h"
#include "runner/fetch/fetcher.h"
#include "runner/mend/quarantine.h"
#include "verifier/proof/proof_book.h"
#include <hubward/report.h>
#include <hubward/result.h>

#include <string>
#include <string_view>
#include <vector>

namespace hubward {

class BuiltInFetcher : public Fetcher {
 public:
  /// All borrowed for its life. What it has downloaded it writes into the book.
  BuiltInFetcher(const Preparation& prepared, const Settings& settings,
                 const Surroundings& surroundings, ProofBook& book)
      : prepared_(prepared), settings_(settings), surroundings_(surroundings), book_(book) {}

  /// Errors: usage, of token or endpoint.
  Result<void> expect_ready() const override;
  /// For what this report says is lacking. Errors: usage, io.
  /// @param leaving  only for a plan: what would go to the quarantine before
  Result<BuiltInEnding> bring(const Report& report, const Leaving& leaving = {});
  /// Moves these into the quarantine. Errors: io.
  Result<void> set_aside(const std::vector<QuarantineItem>& items);
  /// What has been moved there, by either.
  std::vector<Action> take_actions() { return std::exchange(actions_, {}); }

  /// To be told before fetch().
  void look_at(const Report& report) { report_ = &report; }
  std::string name() const override { return std::string(kBuiltInName); }
  FetchEnding fetch() override;

  /// To standard error, without the token.
  void say_line(std::string_view line) const;
  bool is_quiet() const { return settings_.verbosity == Verbosity::quiet; }

 private:
  Result<BuiltInRequest> request() const;

  const Preparation& prepared_;
  const Settings& settings_;
  const Surroundings& surroundings_;
  ProofBook& book_;
  RealClock clock_;
  const Report* report_ = nullptr;
  std::vector<Action> actions_;
};

}  // namespace hubward
