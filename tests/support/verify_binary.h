// `hubward verify` on a built cache, as a process: report and exit code.
#pragma once

#include "tests/support/cache_builder.h"
#include "tests/support/report_view.h"
#include "tests/support/run_binary.h"

#include <string>
#include <vector>

namespace hubward::test {

struct VerifyAnswer {
  BinaryAnswer raw;
  SeenReport report;  ///< exit_code -1 when there was no report
};

/// Runs without privileges. The report is held against its schema, and its exit code against the
/// process's: a difference fails the calling test.
/// @param manifest  its text; empty: no manifest is given
VerifyAnswer verify_by_binary(const CacheBuilder& cache, const std::string& manifest,
                              const std::vector<std::string>& args = {});

/// Where every file and link below `folder` stands: kind, mode, size, times, link text. Two equal
/// strings: nothing was changed in between.
std::string fingerprint(const std::string& folder);

}  // namespace hubward::test
