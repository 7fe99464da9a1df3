#include "runner/fetch/plan_text.h"

#include "verifier/cache/layout.h"
#include "verifier/report/counted.h"
#include "verifier/text/show.h"
#include "verifier/text/units.h"

#include <fmt/core.h>

#include <string_view>

namespace hubward {
namespace {

std::string name_of(const ManifestEntry& entry) {
  return show(entry.repo.manifest_spelling() + "@" + entry.revision.text(), 400);
}

std::string word_of(Deed deed) {
  switch (deed) {
    case Deed::link: return "link";
    case Deed::download: return "download";
  }
  return "";
}

/// The path comes last, as the one column that may be of any width.
std::string row(std::string_view deed, std::string_view size, std::string_view path) {
  return fmt::format("  {:<8}  {:>8}  {}", deed, size, show(path, 400));
}

}  // namespace

std::vector<std::string> plan_lines(std::span<const PlannedEntry> entries,
                                    std::uint64_t api_requests) {
  std::vector<std::string> lines;
  PlanTotals all;
  for (const PlannedEntry& entry : entries) {
    const PlanTotals totals = totals_of(std::span(entry.plan, 1));
    all.files += totals.files;
    all.bytes += totals.bytes;
    all.downloads += totals.downloads;
    lines.push_back(fmt::format(
        "{}: commit {}, {} of {} missing, {}", name_of(*entry.entry), entry.commit.hex(),
        totals.files, counted(entry.plan->required, "file", "files"), format_size(totals.bytes)));
    for (const PlannedFile& file : entry.plan->files) {
      lines.push_back(row(word_of(file.deed), format_size(file.size), file.path));
    }
    if (entry.writes_ref) {
      lines.push_back(row("write", "", "refs/" + entry.entry->revision.text()));
    }
    if (totals.bytes > kLargeEntry && is_unmarked(*entry.entry)) {
      lines.push_back("  " + large_entry_line(*entry.entry, totals.bytes));
    }
  }
  lines.push_back(
      fmt::format("total: {}, {}", counted(all.files, "file", "files"), format_size(all.bytes)));
  // Source: huggingface.co/docs/hub/rate-limits, per 5 minutes: API 500 and resolvers 3,000 for an
  // anonymous address, 1,000 and 5,000 for a free account.
  lines.push_back(fmt::format(
      "requests: {} to the API (of 500 in 5 minutes without a token, 1000 with one), {} for files "
      "(of 3000, 5000)",
      api_requests, all.downloads));
  return lines;
}

std::vector<Action> planned_actions(std::span<const PlannedEntry> entries) {
  std::vector<Action> actions;
  for (const PlannedEntry& entry : entries) {
    const std::string folder = folder_name(entry.entry->repo);
    for (const PlannedFile& file : entry.plan->files) {
      actions.push_back(
          {"plan", fmt::format("{}/snapshots/{}/{}", folder, entry.commit.hex(), file.path),
           fmt::format("{}: {}", word_of(file.deed), counted(file.size, "byte", "bytes"))});
    }
    if (!entry.writes_ref) continue;
    actions.push_back({"plan", fmt::format("{}/refs/{}", folder, entry.entry->revision.text()),
                       "ref: " + entry.commit.hex()});
  }
  return actions;
}

std::string large_entry_line(const ManifestEntry& entry, std::uint64_t bytes) {
  return fmt::format("note: {} without any option is {}; profile:tokenizer asks for no weights",
                     name_of(entry), format_size(bytes));
}

}  // namespace hubward
