#include "verifier/report/junit.h"

#include "verifier/report/finding_words.h"
#include "verifier/text/show.h"
#include "verifier/text/xml.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

namespace hubward {
namespace {

using Findings = std::vector<const Finding*>;

struct Case {
  std::string name;
  Findings failures;    ///< worst first
  Findings remarks;     ///< warnings and notes
  std::string skipped;  ///< why it says nothing; empty: it does
  std::string failure;  ///< where no finding of its own tells it
};

struct Suite {
  std::string name;
  const RepoRow* row = nullptr;  ///< nullptr: places of no entry
  std::vector<Case> cases;
  Findings remarks;  ///< of places that are no case

  bool has_failed() const {
    return std::ranges::any_of(cases, [](const Case& each) { return !each.failures.empty(); });
  }
};

/// Every path can be told from every other, and none does harm.
std::string shown_path(std::string_view bytes) {
  const std::string path = report_path(bytes);
  return show(path, path.size());
}

/// Inside the repo for what lies in the entry's snapshot: the same name for every commit, so that
/// an engine can compare two runs.
std::string case_name(const RepoRow* row, const std::string& path) {
  if (path.empty()) return "the cache itself";
  if (row != nullptr && row->commit) {
    const std::string snapshot = fmt::format("/snapshots/{}/", row->commit->hex());
    const std::size_t at = path.find(snapshot);
    if (at != std::string::npos && at == path.find('/')) {
      return shown_path(std::string_view(path).substr(at + snapshot.size()));
    }
  }
  return shown_path(path);
}

std::string short_words(const Finding& finding) {
  return fmt::format("{}: {}", to_string(finding.code), text_of(finding.code).meaning);
}

/// Findings beside the cases that they concern.
class Suites {
 public:
  explicit Suites(const Report& report) {
    const std::string others =
        report.shard ? fmt::format("not read: its bytes fell to another shard than {}",
                                   to_string(report.shard->shard))
                     : std::string();
    for (const RepoRow& row : report.repos) {
      const std::size_t suite = add(row.repo.qualified(), row.revision.text(), &row);
      for (const JudgedFile& file : row.judged) {
        const CaseAt at = add_case(suite, file.path);
        if (file.is_left_to_others) all_[suite].cases[at.index].skipped = others;
        // Bytes that are wrong are wrong for whoever leads to them.
        if (!file.bytes.empty() && file.bytes != file.path) cases_of_[file.bytes].push_back(at);
      }
    }
    for (const Finding& finding : report.findings) place(finding);
    for (Suite& suite : all_) conclude(suite);
    if (all_.empty()) all_.push_back({.name = "cache", .cases = {{.name = "the cache itself"}}});
  }

  const std::vector<Suite>& all() const { return all_; }

 private:
  struct CaseAt {
    std::size_t suite;
    std::size_t index;
    friend auto operator<=>(const CaseAt&, const CaseAt&) = default;
  };

  std::size_t add(const std::string& repo, const std::string& revision, const RepoRow* row) {
    std::string name = show(repo);
    if (!revision.empty()) name += "@" + show(revision);
    if (name.empty()) name = "cache";
    all_.push_back({.name = std::move(name), .row = row});
    suite_of_.emplace(std::pair(repo, revision), all_.size() - 1);
    // What concerns a whole repo folder is said at its first entry, as in text.
    if (row != nullptr) suite_of_.emplace(std::pair(repo, ""), all_.size() - 1);
    return all_.size() - 1;
  }

  CaseAt add_case(std::size_t suite, const std::string& path) {
    std::vector<Case>& cases = all_[suite].cases;
    cases.push_back({.name = case_name(all_[suite].row, path)});
    const CaseAt at{suite, cases.size() - 1};
    cases_of_[path].push_back(at);
    return at;
  }

  std::size_t suite_for(const Finding& finding) {
    const auto known = suite_of_.find({finding.repo, finding.revision});
    if (known != suite_of_.end()) return known->second;
    return add(finding.repo, finding.revision, nullptr);
  }

  std::vector<CaseAt> cases_for(const Finding& finding) const {
    std::vector<CaseAt> cases;
    const auto collect = [&](const std::string& path) {
      const auto found = cases_of_.find(path);
      if (found == cases_of_.end()) return;
      cases.insert(cases.end(), found->second.begin(), found->second.end());
    };
    collect(finding.path);
    for (const std::string& affected : finding.affects) collect(affected);
    std::ranges::sort(cases);
    cases.erase(std::unique(cases.begin(), cases.end()), cases.end());
    return cases;
  }

  void place(const Finding& finding) {
    const bool is_failure = finding.finding_class <= FindingClass::incomplete;
    const bool is_skip = finding.code == FindingCode::optional_absent;
    std::vector<CaseAt> cases = cases_for(finding);
    if (cases.empty()) {
      const std::size_t suite = suite_for(finding);
      if (!is_failure && !is_skip) {
        all_[suite].remarks.push_back(&finding);
        return;
      }
      cases.push_back(add_case(suite, finding.path));
    }
    for (const CaseAt& at : cases) {
      Case& one = all_[at.suite].cases[at.index];
      (is_failure ? one.failures : one.remarks).push_back(&finding);
      if (is_skip) one.skipped = short_words(finding);
    }
  }

  /// One cause is one finding, told at the first entry that meets it: the others fail with it.
  static void conclude(Suite& suite) {
    const bool is_wrong = suite.row != nullptr && suite.row->verdict != Verdict::complete;
    if (!is_wrong || suite.has_failed()) return;
    suite.cases.push_back(
        {.name = "verdict",
         .failure = fmt::format("{}: what is wrong is told at another entry of this repo",
                                to_string(suite.row->verdict))});
  }

  std::vector<Suite> all_;
  std::map<std::pair<std::string, std::string>, std::size_t> suite_of_;  ///< by repo, revision
  std::unordered_map<std::string, std::vector<CaseAt>> cases_of_;        ///< by path in the cache
};

struct Counts {
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t skipped = 0;
};

bool is_failing(const Case& one) { return !one.failures.empty() || !one.failure.empty(); }

void count(const Suite& suite, Counts& counts) {
  for (const Case& one : suite.cases) {
    ++counts.tests;
    if (is_failing(one)) {
      ++counts.failures;
    } else if (!one.skipped.empty()) {
      ++counts.skipped;
    }
  }
}

class Page {
 public:
  explicit Page(const Report& report) : report_(report) {}

  std::string render() {
    const Suites suites(report_);
    Counts all;
    for (const Suite& suite : suites.all()) count(suite, all);
    out_ = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    // How long one file took is not measured, so no case and no suite has a time.
    line(0, fmt::format("<testsuites name=\"hubward\" tests=\"{}\" failures=\"{}\" errors=\"0\" "
                        "time=\"{:.3f}\">",
                        all.tests, all.failures, report_.totals.seconds));
    for (const Suite& suite : suites.all()) tell(suite);
    line(0, "</testsuites>");
    return std::move(out_);
  }

 private:
  void line(std::size_t depth, std::string_view text) {
    out_ += std::string(2 * depth, ' ');
    out_ += text;
    out_ += '\n';
  }

  void tell(const Suite& suite) {
    Counts counts;
    count(suite, counts);
    line(1, fmt::format("<testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" "
                        "skipped=\"{}\">",
                        xml_attribute(suite.name), counts.tests, counts.failures, counts.skipped));
    if (suite.row != nullptr) properties(*suite.row);
    for (const Case& one : suite.cases) tell(one, suite.name);
    if (!suite.remarks.empty()) element(2, "system-out", "", words_of_all(suite.remarks));
    line(1, "</testsuite>");
  }

  void properties(const RepoRow& row) {
    line(2, "<properties>");
    const auto property = [&](std::string_view name, std::string_view value) {
      line(3, fmt::format("<property name=\"{}\" value=\"{}\"/>", name, xml_attribute(value)));
    };
    property("verdict", to_string(row.verdict));
    if (row.basis) property("basis", to_string(*row.basis));
    if (row.commit) property("commit", row.commit->hex());
    line(2, "</properties>");
  }

  void tell(const Case& one, const std::string& suite) {
    const std::string open = fmt::format("<testcase classname=\"{}\" name=\"{}\"",
                                         xml_attribute(suite), xml_attribute(one.name));
    if (!is_failing(one) && one.skipped.empty() && one.remarks.empty()) {
      line(2, open + "/>");
      return;
    }
    line(2, open + ">");
    if (!one.failures.empty()) {
      const Finding& worst = *one.failures.front();
      element(3, "failure",
              fmt::format(" type=\"{}\" message=\"{}\"", to_string(worst.code),
                          xml_attribute(short_words(worst))),
              words_of_all(one.failures));
    } else if (!one.failure.empty()) {
      element(3, "failure", " type=\"verdict\"", one.failure);
    } else if (!one.skipped.empty()) {
      line(3, fmt::format("<skipped message=\"{}\"/>", xml_attribute(one.skipped)));
    }
    if (!one.remarks.empty()) element(3, "system-out", "", words_of_all(one.remarks));
    line(2, "</testcase>");
  }

  void element(std::size_t depth, std::string_view name, std::string_view attributes,
               std::string_view text) {
    line(depth, fmt::format("<{}{}>{}</{}>", name, attributes, xml_text(text), name));
  }

  std::string words_of_all(const Findings& findings) const {
    std::string words;
    for (const Finding* finding : findings) {
      if (!words.empty()) words += "\n\n";
      words += fmt::format("{} ({}): {}", to_string(finding->code),
                           to_string(finding->finding_class), words_of(*finding, report_));
    }
    return words;
  }

  const Report& report_;  // outlives the page
  std::string out_;
};

}  // namespace

std::string render_junit(const Report& report) { return Page(report).render(); }

}  // namespace hubward
