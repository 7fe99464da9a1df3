// hubward merge: many reports in, one out. Looks at no cache.
#include "runner/cli/commands.h"
#include "runner/cli/failure.h"
#include "runner/cli/github.h"
#include "runner/cli/results.h"
#include "runner/cli/text_file.h"
#include "verifier/merge.h"
#include "verifier/report/shard_report.h"
#include "verifier/text/show.h"

#include <algorithm>
#include <utility>

namespace hubward {
namespace {

/// One after the other: only what they do not say alike is kept.
Result<Report> merge_files(const std::vector<std::string>& files) {
  if (files.empty()) {
    return fail(ErrorKind::usage, "",
                "merge joins the reports of all shards, and needs their files; see `hubward help "
                "merge`");
  }
  if (std::ranges::count(files, "-") > 1) {
    return fail(ErrorKind::usage, "-", "standard input can be read once, and holds one report");
  }
  Merge merge;
  for (const std::string& file : files) {
    HUBWARD_TRY(const std::string text, read_text_file(file, kMaxReportBytes));
    if (text.empty()) return fail(ErrorKind::bad_input, show(file), "is empty, and no report");
    auto report = parse_shard_report(text);
    if (!report) return fail(report.error().kind, show(file), report.error().what);
    HUBWARD_TRY_VOID(merge.add(std::move(*report), file));
  }
  return merge.finish();
}

}  // namespace

int merge_command(const CommandLine& line, const Settings& settings,
                  const Surroundings& surroundings) {
  if (const auto writable = expect_all_writable(settings); !writable) {
    return report_failure(Refusal{writable.error()}, line.command);
  }
  const auto report = merge_files(line.words);
  if (!report) return report_failure(Refusal{report.error()}, line.command);
  if (const auto written = write_results(*report, settings, surroundings, {}); !written) {
    return report_failure(Refusal{written.error()}, line.command);
  }
  tell_github(*report, line.command, settings, surroundings);
  return report->exit_code;
}

}  // namespace hubward
