#include "verifier/report/text.h"

#include "verifier/report/counted.h"
#include "verifier/report/finding_groups.h"
#include "verifier/report/mend.h"
#include "verifier/report/paint.h"
#include "verifier/report/wrapped.h"
#include "verifier/text/show.h"
#include "verifier/text/units.h"
#include "verifier/text/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <utility>

namespace hubward {
namespace {

constexpr std::size_t kPlacesShown = 3;
constexpr std::size_t kNarrowPage = 80;

/// Whether findings stand beneath an entry's row.
enum class Place : std::uint8_t { entry, elsewhere };

class TextReport {
 public:
  TextReport(const Report& report, const TextStyle& style) : report_(report), style_(style) {}

  std::string render() {
    if (style_.verbosity != Verbosity::quiet) {
      head();
      rows();
      hints();
    }
    line(paint(style_.colour, ink_of(report_.verdict),
               wrapped(summary_line(report_), {0, 2, style_.columns})));
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
    head_row("cache     ", show(report_.cache_path),
             fmt::format("({})", show(report_.cache_source)));
    if (report_.manifest_path) {
      head_row("manifest  ", show(*report_.manifest_path) + ",",
               counted(report_.manifest_entries, "entry", "entries"));
    }
    if (report_.lock_path) line(fmt::format("lock      {}", show(*report_.lock_path)));
    line("");
  }

  /// The path is never parted.
  void head_row(std::string_view head, std::string path, std::string remark) {
    const std::vector<std::string> words = {std::move(path), std::move(remark)};
    line(fmt::format("{}{}", head, wrapped(words, {head.size(), head.size(), style_.columns})));
  }

  void rows() {
    const GroupedFindings grouped = group_findings(report_);
    for (std::size_t index = 0; index < report_.repos.size(); ++index) {
      row(report_.repos[index], grouped.of_entry[index]);
      groups(grouped.of_entry[index], Place::entry);
    }
    if (has_something_to_say(grouped.elsewhere)) {
      line(ink(Ink::bold, report_.repos.empty() ? "in the cache" : "elsewhere in the cache"));
      groups(grouped.elsewhere, Place::elsewhere);
    }
    if (!report_.repos.empty() || has_something_to_say(grouped.elsewhere)) line("");
  }

  /// The name comes last, as the one column that may be of any width.
  void row(const RepoRow& row, const std::vector<FindingGroup>& groups) {
    // An optional entry that is not there does not spoil the verdict, but is not complete either.
    const bool is_absent = std::ranges::any_of(groups, [](const FindingGroup& group) {
      return group.code == FindingCode::optional_absent;
    });
    const std::string verdict = fmt::format("{:<10}", is_absent ? "absent" : word_of(row.verdict));
    const Ink verdict_ink = is_absent ? Ink::faint : ink_of(row.verdict);
    line(fmt::format("{}  {:<7}  {:>10}  {:>8}  {}{}", ink(verdict_ink, verdict),
                     row.basis ? to_string(*row.basis) : "-", counted(row.files, "file", "files"),
                     format_size(row.bytes),
                     show(row.repo.manifest_spelling() + "@" + row.revision.text()),
                     row.optional ? "  optional" : ""));
  }

  std::string_view word_of(Verdict verdict) const {
    const bool is_said_too_early = report_.shard && verdict == Verdict::complete;
    return is_said_too_early ? "sound here" : to_string(verdict);
  }

  bool has_something_to_say(const std::vector<FindingGroup>& groups) const {
    return std::any_of(groups.begin(), groups.end(), [this](const FindingGroup& group) {
      return verbose() || group.finding_class != FindingClass::note;
    });
  }

  void groups(const std::vector<FindingGroup>& groups, Place place) {
    for (const FindingGroup& group : groups) {
      if (group.finding_class <= FindingClass::incomplete || verbose()) {
        long_group(group, place);
      } else if (group.finding_class == FindingClass::warning) {
        short_group(group, place);
      }
    }
  }

  /// Class, code and what the code means; `at` is of the cache, and never parted.
  void title(const FindingGroup& group, std::string_view at = {}) {
    const std::string_view kind = to_string(group.finding_class);
    const std::string_view code = to_string(group.code);
    const std::size_t used = 2 + kind.size() + 1 + code.size() + 2;
    line(fmt::format("  {} {}: {}{}", ink(ink_of(group.finding_class), kind), ink(Ink::bold, code),
                     wrapped(text_of(group.code).meaning, {used, 6, style_.columns}), at));
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

  void long_group(const FindingGroup& group, Place at) {
    title(group);
    const std::size_t shown =
        verbose() ? group.places.size() : std::min(group.places.size(), kPlacesShown);
    for (std::size_t index = 0; index < shown; ++index) place(*group.places[index], at);
    if (shown < group.places.size()) {
      line(fmt::format("    … and {} more (-v lists them)", group.places.size() - shown));
    }
    mend(group, at);
    if (!explained_) explained_ = group.code;
    // `run` verifies the cache alone, and does not meet what `gate` finds beside it.
    if (group.finding_class == FindingClass::hostile &&
        group.code != FindingCode::secret_in_cache) {
      next_.hostile = true;
    }
  }

  /// What mends, and the command that does; what has been said once is not said again.
  void mend(const FindingGroup& group, Place at) {
    Mending mending = mending_of(group.places, report_);
    const bool fetches = mending.means == Means::fetch;
    const bool repairs = mending.means == Means::repair;
    if (fetches && !is_fetched(group)) mending.command.clear();
    if (repairs && at == Place::elsewhere) {
      mending.command = looking_there(fmt::format("{} --all", kRepairCommand), report_);
    }
    if (group.finding_class <= FindingClass::incomplete && !mending.command.empty()) {
      next_.fetch = next_.fetch || fetches;
      next_.set_aside =
          next_.set_aside || (fetches && group.finding_class < FindingClass::incomplete);
      next_.repair = next_.repair || repairs;
      next_.beyond_manifest = next_.beyond_manifest || (repairs && at == Place::elsewhere);
    }
    const bool is_new = mended_.emplace(group.code, mending.command).second;
    if (!is_new && !verbose()) return;
    line("    mend: " + wrapped(mending.advice, {10, 10, style_.columns}));
    if (!mending.command.empty()) line("    with: " + mending.command);
  }

  void short_group(const FindingGroup& group, Place at) {
    const Finding& first = *group.places.front();
    const std::size_t more = group.places.size() - 1;
    title(group, fmt::format(", at {}{}{}", path_of(first, at),
                             first.detail ? " (" + *first.detail + ")" : "",
                             more == 0 ? std::string() : fmt::format(" and {} more", more)));
  }

  std::string path_of(const Finding& finding, Place at) const {
    if (finding.path.empty()) return "the cache itself";
    return fitting(finding.path, at, 7);
  }

  /// Whole, so that it can be copied and searched for. On a terminal that is too narrow for it a
  /// path beneath a row begins in the repo's folder, which the row names.
  std::string fitting(std::string_view path, Place at, std::size_t used) const {
    std::string whole = show(path);
    const std::size_t slash = path.find('/');
    const bool is_too_long = style_.columns != 0 && used + count_characters(whole) > style_.columns;
    const bool is_of_repo = path.substr(0, slash).find("--") != std::string_view::npos;
    const bool may_be_cut = at == Place::entry && !verbose() && slash != std::string_view::npos;
    return is_too_long && may_be_cut && is_of_repo ? show(path.substr(slash + 1)) : whole;
  }

  static std::string remark_of(const Finding& finding) {
    std::string remark;
    if (finding.damage) remark = to_string(*finding.damage);
    if (finding.detail && !repeats_meaning(finding)) {
      remark += (remark.empty() ? "" : "; ") + *finding.detail;
    }
    return remark;
  }

  /// "it leads out of the cache", below "the link leads out of the cache".
  static bool repeats_meaning(const Finding& finding) {
    const std::string_view detail = *finding.detail;
    return detail.starts_with("it ") && text_of(finding.code).meaning.ends_with(detail.substr(3));
  }

  /// A blob's name is what its bytes should hash to.
  static bool is_in_its_name(const Finding& finding) {
    const std::string_view expected = *finding.expected;
    const std::string_view hex = expected.substr(expected.find(':') + 1);
    return !hex.empty() && finding.path.ends_with(hex);
  }

  void place(const Finding& finding, Place at) {
    const std::string remark = remark_of(finding);
    // A repo that is not there has no place within it.
    const bool is_row = at == Place::entry && finding.code == FindingCode::repo_missing;
    if (is_row && remark.empty() && !verbose()) return;
    const std::string path = path_of(finding, at);
    const bool fits = 7 + count_characters(path) + 3 + count_characters(remark) <= kNarrowPage;
    if (remark.empty() || fits) {
      line(fmt::format("    at {}{}", path, remark.empty() ? "" : " (" + remark + ")"));
    } else {
      line("    at " + path);
      line("       because  " + remark);
    }
    if (finding.expected && (verbose() || !is_in_its_name(finding))) {
      line("       expected " + *finding.expected);
    }
    if (finding.actual) line("       found    " + *finding.actual);
    // A pointer affects itself; only what another place suffers is news.
    if (finding.affects.empty() || finding.affects.front() == finding.path) return;
    const std::uint64_t more = std::max<std::uint64_t>(finding.affects_total, 1) - 1;
    line(fmt::format("       used by  {}{}", fitting(finding.affects.front(), at, 16),
                     more == 0 ? std::string() : fmt::format(" and {} more", more)));
  }

  /// What to read, and the one thing to do.
  void hints() {
    if (!explained_) return;
    line(wrapped(fmt::format("hint: hubward --explain {} tells how this comes about and who trips "
                             "over it",
                             to_string(*explained_)),
                 {0, 6, style_.columns}));
    std::vector<std::string> step = next_step();
    if (step.empty()) return;
    if (next_.fetch && !style_.downloader.empty()) {
      step.emplace_back("by");
      step.push_back(fmt::format("`{}`", style_.downloader));
    }
    line(ink(Ink::bold, "next:") + " " + wrapped(step, {6, 6, style_.columns}));
  }

  /// The command is one word of it, to be copied as a whole.
  std::vector<std::string> next_step() const {
    const std::string_view all = next_.beyond_manifest ? " --all" : "";
    const std::string_view fetch = next_.fetch ? " --fetch" : "";
    const std::string_view fetches = next_.fetch ? " and downloads what is lacking" : "";
    if (next_.hostile) {
      // Neither `fetch` nor `run` touches a cache that holds such a thing.
      return around("find out who put there what is hostile; then",
                    fmt::format("{}{}{} --yes", kRepairCommand, all, fetch),
                    fmt::format("sets it aside{}", fetches));
    }
    if (next_.repair) {
      return around("", fmt::format("{}{}{}", kRepairCommand, all, fetch),
                    fmt::format("puts that right{}", fetches));
    }
    if (!next_.fetch) return {};
    if (!style_.before_fetch.empty())
      return around(style_.before_fetch + ", then", kFetchCommand, "");
    return around("", kFetchCommand,
                  fmt::format("{}downloads what is lacking",
                              next_.set_aside ? "sets corrupt files aside and " : ""));
  }

  std::vector<std::string> around(std::string_view before, std::string_view command,
                                  std::string_view after) const {
    std::vector<std::string> words = words_in(before);
    words.push_back(looking_there(command, report_));
    std::ranges::move(words_in(after), std::back_inserter(words));
    return words;
  }

  /// What the findings that spoil the verdict ask for.
  struct NextStep {
    bool hostile = false;
    bool fetch = false;
    bool set_aside = false;  ///< by that fetch, which replaces what is corrupt
    bool repair = false;
    bool beyond_manifest = false;
  };

  const Report& report_;  // outlives this object: see render_text
  const TextStyle& style_;
  std::string out_;
  std::optional<FindingCode> explained_;                  // the first code that was told at length
  std::set<std::pair<FindingCode, std::string>> mended_;  // what was advised, with which command
  NextStep next_;
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

namespace {

std::string shard_summary(const Report& report) {
  const ShardPart& part = *report.shard;
  return fmt::format("{}; {}{} of {}; {}; {}; `hubward merge` joins the JSON reports of all {}",
                     verdict_line(report), caveat(report), format_size(part.bytes),
                     format_size(report.totals.bytes), counts_by_class(report),
                     format_seconds(report.totals.seconds), part.shard.of);
}

}  // namespace

std::string summary_line(const Report& report) {
  if (report.shard) return shard_summary(report);
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
