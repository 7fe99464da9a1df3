#include "runner/ci/step_files.h"

#include <utility>

namespace hubward {

namespace {

void append(const StepFiles& files, std::string_view variable, const std::string& path,
            const std::function<std::string(std::size_t)>& text_for,
            std::vector<StepComplaint>& complaints) {
  if (path.empty()) return;
  auto written =
      append_to_step_file(path, [&](std::size_t size) { return files.cleaned(text_for(size)); });
  if (!written) complaints.push_back({variable, std::move(written.error())});
}

/// @param page_for  is given how much room there is
void append_to_summary(const StepFiles& files,
                       const std::function<std::string(std::size_t)>& page_for,
                       std::vector<StepComplaint>& complaints) {
  append(
      files, "GITHUB_STEP_SUMMARY", files.summary,
      [&](std::size_t size) {
        return page_for(size < kMaxSummaryBytes ? kMaxSummaryBytes - size : 0);
      },
      complaints);
}

}  // namespace

std::vector<StepComplaint> write_step_files(const StepFiles& files,
                                            std::span<const StepOutput> outputs,
                                            const Report& report, const SummaryFacts& facts) {
  std::vector<StepComplaint> complaints;
  append(
      files, "GITHUB_OUTPUT", files.output,
      [&](std::size_t) { return step_output_text(outputs, random_delimiter); }, complaints);
  append_to_summary(
      files, [&](std::size_t room) { return job_summary(report, facts, room); }, complaints);
  return complaints;
}

std::vector<StepComplaint> write_guard_summary(const StepFiles& files, std::string_view heading,
                                               std::span<const std::string> lines) {
  std::vector<StepComplaint> complaints;
  append_to_summary(
      files, [&](std::size_t room) { return guard_summary(heading, lines, room); }, complaints);
  return complaints;
}

}  // namespace hubward
