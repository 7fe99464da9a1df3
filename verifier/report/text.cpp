#include "verifier/report/text.h"

#include "verifier/report/counted.h"
#include "verifier/report/finding_groups.h"
#include "verifier/report/mend.h"
#include "verifier/report/paint.h"
#include "verifier/text/show.h"
#include "verifier/text/units.h"
#include "verifier/text/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace hubward {
namespace {

constexpr std::size_t kPlacesShown = 3;
constexpr std::size_t kWidestName = 56;

class TextReport {
 public:
  TextReport(const Report& report, const TextStyle& style) : report_(report), style_(style) {}

  std::string render() {
    if (style_.verbosity != Verbosity::quiet) {
      head();
      rows();
      hints();
    }
    line(paint(style_.colour, ink_of(report_.verdict), summary_line(report_)));
    return std::move(out_);
  }

 private:
  void line(std::string_view text) {
    out_ += text;
    out_ += '\n';
  }
  std::string ink(Ink ink, std::string_view text) const { return paint(style_.colour, ink, text); }
  bool verbose() const { return style_.verbosity == Verbosity::verbose; }

  void head() {
    line(fmt::format("cache     {} ({})", show(report_.cache_path), show(report_.cache_source)));
    if (report_.manifest_path) {
      line(fmt::format("manifest  {}, {}", show(*report_.manifest_path),
                       counted(report_.manifest_entries, "entry", "entries")));
    }
    if (report_.lock_path) line(fmt::format("lock      {}", show(*report_.lock_path)));
    line("");
  }

  void rows() {
    std::vector<std::string> names;
    std::size_t width = 0;
    for (const RepoRow& row : report_.repos) {
      names.push_back(show(row.repo.manifest_spelling() + "@" + row.revision.text()));
      width = std::max(width, std::min(count_characters(names.back()), kWidestName));
    }
    const GroupedFindings grouped = group_findings(report_);
    for (std::size_t index = 0; index < report_.repos.size(); ++index) {
      row(report_.repos[index], grouped.of_entry[index], names[index], width);
      groups(grouped.of_entry[index]);
    }
    if (has_something_to_say(grouped.elsewhere)) {
      line(ink(Ink::bold, report_.repos.empty() ? "in the cache" : "elsewhere in the cache"));
      groups(grouped.elsewhere);
    }
    if (!report_.repos.empty() || has_something_to_say(grouped.elsewhere)) line("");
  }

  void row(const RepoRow& row, const std::vector<FindingGroup>& groups, const std::string& name,
           std::size_t width) {
    const std::size_t wide = count_characters(name);
    const std::string gap(width > wide ? width - wide : 0, ' ');
    // An optional entry that is not there does not spoil the verdict, but is not complete either.
    const bool is_absent = std::ranges::any_of(groups, [](const FindingGroup& group) {
      return group.code == FindingCode::optional_absent;
    });
    const std::string verdict =
        fmt::format("{:<10}", is_absent ? "absent" : to_string(row.verdict));
    const Ink verdict_ink = is_absent ? Ink::faint : ink_of(row.verdict);
    line(fmt::format("{}  {}{}  {:<7}  {:>10}  {:>8}{}", ink(verdict_ink, verdict), name, gap,
                     row.basis ? to_string(*row.basis) : "-", counted(row.files, "file", "files"),
                     format_size(row.bytes), row.optional ? "  optional" : ""));
  }

  bool has_something_to_say(const std::vector<FindingGroup>& groups) const {
    return std::any_of(groups.begin(), groups.end(), [this](const FindingGroup& group) {
      return verbose() || group.finding_class != FindingClass::note;
    });
  }

  void groups(const std::vector<FindingGroup>& groups) {
    for (const FindingGroup& group : groups) {
      if (group.finding_class <= FindingClass::incomplete || verbose()) {
        long_group(group);
      } else if (group.finding_class == FindingClass::warning) {
        short_group(group);
      }
    }
  }

  std::string title(const FindingGroup& group) const {
    return fmt::format("  {} {}", ink(ink_of(group.finding_class), to_string(group.finding_class)),
                       ink(Ink::bold, to_string(group.code)));
  }

  /// What belongs to no repo (a shared payload) may be what an entry lacks; what belongs to one
  /// that the manifest does not name is not fetched.
  bool is_fetched(const FindingGroup& group) const {
    return std::ranges::any_of(group.places, [this](const Finding* finding) {
      if (finding->repo.empty()) return !report_.repos.empty();
      return std::ranges::any_of(
          report_.repos, [&](const RepoRow& row) { return row.repo.qualified() == finding->repo; });
    });
  }

  void long_group(const FindingGroup& group) {
    line(fmt::format("{}: {}", title(group), text_of(group.code).meaning));
    const std::size_t shown =
        verbose() ? group.places.size() : std::min(group.places.size(), kPlacesShown);
    for (std::size_t index = 0; index < shown; ++index) place(*group.places[index]);
    if (shown < group.places.size()) {
      line(fmt::format("    … and {} more (-v lists them)", group.places.size() - shown));
    }
    const Mending mending = mending_of(group.places, report_.cache_path);
    line(fmt::format("    mend: {}", mending.advice));
    const bool fetches = mending.command == kFetchCommand;
    if (!mending.command.empty() && (!fetches || is_fetched(group))) {
      line("    with: " + mending.command);
      names_fetch_ = names_fetch_ || fetches;
    }
    if (!explained_) explained_ = group.code;
    // `run` verifies the cache alone, and does not meet what `gate` finds beside it.
    if (group.finding_class == FindingClass::hostile &&
        group.code != FindingCode::secret_in_cache) {
      names_hostile_ = true;
    }
  }

  void short_group(const FindingGroup& group) {
    const Finding& first = *group.places.front();
    const std::size_t more = group.places.size() - 1;
    line(fmt::format("{}: {}, at {}{}{}", title(group), text_of(group.code).meaning, path_of(first),
                     first.detail ? " (" + *first.detail + ")" : "",
                     more == 0 ? std::string() : fmt::format(" and {} more", more)));
  }

  static std::string path_of(const Finding& finding) {
    return finding.path.empty() ? "the cache itself" : show(finding.path);
  }

  void place(const Finding& finding) {
    std::string remark;
    if (finding.damage) remark = to_string(*finding.damage);
    if (finding.detail) remark += (remark.empty() ? "" : "; ") + *finding.detail;
    line(fmt::format("    at {}{}", path_of(finding),
                     remark.empty() ? std::string() : " (" + remark + ")"));
    if (finding.expected) line("       expected " + *finding.expected);
    if (finding.actual) line("       found    " + *finding.actual);
    // A pointer affects itself; only what another place suffers is news.
    if (finding.affects.empty() || finding.affects.front() == finding.path) return;
    const std::uint64_t more = std::max<std::uint64_t>(finding.affects_total, 1) - 1;
    line(fmt::format("       used by {}{}", show(finding.affects.front()),
                     more == 0 ? std::string() : fmt::format(" and {} more", more)));
  }

  void hints() {
    if (!explained_) return;
    if (names_fetch_) {
      line(fmt::format(
          "hint: {} sets corrupt files aside and downloads what is lacking{}; hubward "
          "run does so before its command",
          kFetchCommand,
          style_.downloader.empty() ? std::string() : fmt::format(" by `{}`", style_.downloader)));
    }
    if (names_hostile_) {
      line(
          "hint: hubward run refuses while something hostile is there; --repair-hostile sets it "
          "aside first");
    }
    line(fmt::format("hint: hubward --explain {} tells how this comes about and who trips over it",
                     to_string(*explained_)));
  }

  const Report& report_;  // outlives this object: see render_text
  const TextStyle& style_;
  std::string out_;
  std::optional<FindingCode> explained_;  // the first code that was told at length
  bool names_fetch_ = false;
  bool names_hostile_ = false;
};

std::string counts_by_class(const Report& report) {
  std::array<std::size_t, 5> counts{};
  for (const Finding& finding : report.findings) {
    ++counts[static_cast<std::size_t>(finding.finding_class)];
  }
  std::string text;
  for (const FindingClass each :
       {FindingClass::hostile, FindingClass::corrupt, FindingClass::incomplete,
        FindingClass::warning, FindingClass::note}) {
    const std::size_t count = counts[static_cast<std::size_t>(each)];
    if (count == 0) continue;
    const bool is_adjective = each <= FindingClass::incomplete;
    fmt::format_to(std::back_inserter(text), "{}{} {}{}", text.empty() ? "" : ", ", count,
                   to_string(each), is_adjective || count == 1 ? "" : "s");
  }
  return text.empty() ? "no findings" : text;
}

std::string caveat(const Report& report) {
  std::string text;
  if (report.level == Level::layout) text += "level layout, no blob was opened; ";
  if (report.level == Level::size) text += "level size, no blob was hashed; ";
  if (!report.manifest_path) text += "no manifest, so integrity only; ";
  return text;
}

}  // namespace

std::string trust_clause(const Report& report) {
  const Totals& totals = report.totals;
  if (totals.blobs_from_ledger == 0) return "";
  return fmt::format("; {} of {} not read again", totals.blobs_from_ledger,
                     counted(totals.blobs, "blob", "blobs"));
}

std::string summary_line(const Report& report) {
  const std::string subject = report.manifest_path
                                  ? counted(report.repos.size(), "entry", "entries")
                                  : counted(report.totals.repos, "repo", "repos");
  return fmt::format("{}: {}{}, {}, {}{}; {}; {}", verdict_line(report), caveat(report), subject,
                     counted(report.totals.pointers, "file", "files"),
                     format_size(report.totals.bytes), trust_clause(report),
                     counts_by_class(report), format_seconds(report.totals.seconds));
}

std::string render_text(const Report& report, const TextStyle& style) {
  return TextReport(report, style).render();
}

}  // namespace hubward
