#include "runner/ci/step_files.h"

#include <utility>

namespace hubward {

std::vector<StepComplaint> write_step_files(const StepFiles& files,
                                            std::span<const StepOutput> outputs,
                                            const Report& report, const SummaryFacts& facts) {
  std::vector<StepComplaint> complaints;
  const auto append = [&](std::string_view variable, const std::string& path,
                          const std::function<std::string(std::size_t)>& text_for) {
    if (path.empty()) return;
    auto written = append_to_step_file(path, text_for);
    if (!written) complaints.push_back({variable, std::move(written.error())});
  };
  append("GITHUB_OUTPUT", files.output,
         [&](std::size_t) { return files.cleaned(step_output_text(outputs, random_delimiter)); });
  append("GITHUB_STEP_SUMMARY", files.summary, [&](std::size_t size) {
    const std::size_t room = size < kMaxSummaryBytes ? kMaxSummaryBytes - size : 0;
    return files.cleaned(job_summary(report, facts, room));
  });
  return complaints;
}

}  // namespace hubward
