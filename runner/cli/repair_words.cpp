#include "runner/cli/repair_words.h"

#include "runner/mend/beneath.h"
#include "verifier/report/counted.h"
#include "verifier/text/show.h"
#include "verifier/text/units.h"

#include <fmt/format.h>

#include <algorithm>

namespace hubward {
namespace {

/// More are counted, unless --verbose.
constexpr std::size_t kMostShown = 50;

/// What a place became: "-> ../../blobs/…", or the commit.
std::string result_of(const RepairStep& step) {
  if (step.deed == RepairDeed::ref) return step.commit->hex();
  const bool is_link = step.deed == RepairDeed::link || step.deed == RepairDeed::adopt;
  if (!is_link) return {};
  return step.text.empty() ? "-> its blob" : "-> " + show(step.text, 400);
}

std::string detail_of(const RepairStep& step) {
  const std::string result = result_of(step);
  const std::string code(to_string(step.code));
  return result.empty() ? code : fmt::format("{} ({})", result, code);
}

/// @param size  a column: what it sets aside; empty where no row has it
std::string step_line(const RepairStep& step, std::string_view size) {
  const std::string result = result_of(step);
  return fmt::format("  {:<10} {}{}{} ({})\n", to_string(step.deed), size, show(step.path),
                     result.empty() ? "" : " " + result, to_string(step.code));
}

std::string more_line(std::size_t more) {
  return fmt::format("  … and {} more (-v lists them)\n", more);
}

}  // namespace

Action action_of(const RepairOutcome& outcome) {
  const RepairStep& step = outcome.step;
  if (outcome.done) return {std::string(to_string(step.deed)), step.path, detail_of(step)};
  return {"left", step.path, fmt::format("{} ({})", outcome.why, to_string(step.code))};
}

Action planned_action(const RepairStep& step) {
  return {"plan", step.path, fmt::format("{}: {}", to_string(step.deed), detail_of(step))};
}

std::string deeds_text(std::span<const RepairOutcome> outcomes, const std::string& directory,
                       const std::string& flags, bool is_verbose) {
  const auto is_done = [](const RepairOutcome& outcome) { return outcome.done; };
  const auto done = static_cast<std::size_t>(std::ranges::count_if(outcomes, is_done));
  std::string text;
  std::size_t shown = 0;
  if (done > 0) text += fmt::format("repaired: {}\n", counted(done, "change", "changes"));
  for (const RepairOutcome& outcome : outcomes) {
    if (!outcome.done || (shown == kMostShown && !is_verbose)) continue;
    ++shown;
    text += step_line(outcome.step, "");
  }
  if (shown < done) text += more_line(done - shown);
  for (const RepairOutcome& outcome : outcomes) {
    if (outcome.done) continue;
    text += fmt::format("not mended: {}: {} ({})\n", show(outcome.step.path), outcome.why,
                        to_string(outcome.step.code));
  }
  if (done > 0 && !directory.empty()) {
    text += fmt::format("originals: {}\n", show(directory));
    text += fmt::format("to take it back: hubward repair --undo {}{}\n",
                        show(path_end(directory).name), flags);
  }
  return text.empty() ? text : text + "\n";
}

std::string plan_text(std::span<const PlannedStep> steps, const std::string& home,
                      bool is_verbose) {
  if (steps.empty()) return "nothing to repair\n";
  std::string text = "dry run: nothing is changed\n";
  std::uint64_t bytes = 0;
  std::size_t shown = 0;
  for (const PlannedStep& planned : steps) {
    bytes += planned.bytes;
    if (shown == kMostShown && !is_verbose) continue;
    ++shown;
    text += step_line(planned.step, fmt::format("{:>8}  ", format_size(planned.bytes)));
  }
  if (shown < steps.size()) text += more_line(steps.size() - shown);
  text += fmt::format("{}, {} to {}\n\n", counted(steps.size(), "change", "changes"),
                      format_size(bytes), show(home));
  return text;
}

std::string undo_text(std::string_view head, std::span<const std::string> rows, bool is_verbose) {
  if (rows.empty()) return {};
  std::string text = fmt::format("{}{}\n", head, counted(rows.size(), "entry", "entries"));
  const std::size_t shown = is_verbose ? rows.size() : std::min(rows.size(), kMostShown);
  for (const std::string& row : rows.first(shown)) text += "  " + row + "\n";
  if (shown < rows.size()) text += more_line(rows.size() - shown);
  return text;
}

std::string kept_text(std::span<const Kept> kept) {
  std::string text;
  for (const Kept& place : kept) {
    text += fmt::format("left: {}: {}\n", show(place.path), place.why);
  }
  return text;
}

}  // namespace hubward
