#include "runner/ci/job_summary.h"

#include "verifier/text/show.h"
#include "verifier/text/units.h"

#include <fmt/core.h>

#include <cctype>
#include <vector>

namespace hubward {
namespace {

constexpr std::size_t kMaxCell = 400;
// What stands below the rows, at most.
constexpr std::size_t kReserve = 200;

std::string cell(std::string_view bytes) { return markdown_text(bytes.substr(0, kMaxCell)); }

std::string repo_row(const RepoRow& row) {
  return fmt::format("| {} | {} | {} | {} | {} | {} |\n", cell(row.repo.manifest_spelling()),
                     cell(row.revision.text()), to_string(row.verdict),
                     row.basis ? to_string(*row.basis) : "", row.files, format_size(row.bytes));
}

std::string finding_row(const Finding& finding) {
  std::string_view what = text_of(finding.code).meaning;
  if (finding.detail) what = *finding.detail;
  return fmt::format("| {} | {} | {} |\n", to_string(finding.code), cell(finding.path), cell(what));
}

/// Adds rows as long as they fit, then how many did not.
template <class Rows, class Render>
void add_rows(std::string& page, std::string_view head, const Rows& rows, Render render,
              std::size_t max_bytes) {
  if (rows.empty() || page.size() + head.size() + kReserve > max_bytes) return;
  page += head;
  std::size_t shown = 0;
  for (const auto& row : rows) {
    const std::string line = render(row);
    if (page.size() + line.size() + kReserve > max_bytes) break;
    page += line;
    ++shown;
  }
  if (shown < rows.size()) page += fmt::format("\nand {} more\n", rows.size() - shown);
}

}  // namespace

std::string markdown_text(std::string_view bytes) {
  std::string text;
  for (const char c : show(bytes)) {
    if (std::ispunct(static_cast<unsigned char>(c)) != 0) {
      text += fmt::format("&#{};", static_cast<int>(c));
    } else {
      text += c;
    }
  }
  return text;
}

std::string guard_summary(std::string_view heading, std::span<const std::string> lines,
                          std::size_t max_bytes) {
  std::string page = fmt::format("\n### {}\n", heading);
  if (page.size() + kReserve > max_bytes) return {};
  add_rows(
      page, "\n", lines, [](const std::string& line) { return "- " + cell(line) + "\n"; },
      max_bytes);
  return page;
}

std::string job_summary(const Report& report, const SummaryFacts& facts, std::size_t max_bytes) {
  std::string page = fmt::format("\n### {}\n\n{}\n\n", facts.heading, cell(facts.why));
  if (page.size() + kReserve > max_bytes) return {};
  add_rows(page,
           "| repo | revision | verdict | rests on | files | size |\n"
           "|---|---|---|---|--:|--:|\n",
           report.repos, repo_row, max_bytes);
  add_rows(page, "\n| finding | path | what |\n|---|---|---|\n", report.findings, finding_row,
           max_bytes);
  return page;
}

}  // namespace hubward
