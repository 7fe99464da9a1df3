// With a ledger a report is what it is without one, but for what it cost; of every recipe.

#include "tests/support/files.h"
#include "tests/support/recipe.h"
#include "tests/support/report_view.h"
#include "tests/support/source_dir.h"
#include "tests/support/whole_tree.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sys/stat.h>

#include <filesystem>
#include <string>

namespace hubward::test {
namespace {

/// The recipe's own call, a minute from now, with a ledger of its own.
BinaryCall later_call(const PreparedCache& prepared) {
  BinaryCall call = prepared.verify_call("json");
  const std::string state = call.folder + "/state";
  make_folder(state);
  give_to_nobody(state);
  // Where `nobody` may go, whatever folder this was built in.
  const std::string clock = call.folder + "/late_clock.so";
  std::filesystem::copy_file(build_dir() + "/tests/late_clock.so", clock);
  if (::chmod(clock.c_str(), 0755) != 0) throw_errno("chmod", clock);
  call.environment["XDG_STATE_HOME"] = state;
  call.environment["HUBWARD_LEDGER"] = "1";
  call.environment["LD_PRELOAD"] = clock;
  call.environment["LATE_CLOCK_SECONDS"] = "60";
  return call;
}

struct Told {
  std::string report;  // without what a ledger may change
  std::uint64_t trusted = 0;
};

Told told_by(const BinaryCall& call) {
  const BinaryAnswer answer = run_binary(call);
  nlohmann::json report = nlohmann::json::parse(answer.out);
  nlohmann::json& totals = report["totals"];
  Told told{.trusted = totals["blobs_from_ledger"]};
  for (const char* cost : {"seconds", "bytes_hashed", "blobs_from_ledger"}) totals.erase(cost);
  told.report = report.dump(1) + "\n" + std::to_string(answer.exit_code) + "\n" + answer.err;
  return told;
}

TEST(Ledger, EveryRecipeGivesTheSameReportTheSecondTime) {
  std::uint64_t trusted = 0;
  for (const std::string& folder : recipe_folders("caches")) {
    const PreparedCache prepared = prepare_recipe(folder);
    if (prepared.recipe.command != "verify") continue;
    SCOPED_TRACE(folder);
    const BinaryCall call = later_call(prepared);
    const Told first = told_by(call);
    const Told second = told_by(call);
    EXPECT_EQ(first.trusted, 0U);
    EXPECT_EQ(second.report, first.report);
    trusted += second.trusted;
  }
  EXPECT_GT(trusted, 100U);
}

}  // namespace
}  // namespace hubward::test
