#include "verifier/merge.h"

#include "verifier/cache/layout.h"
#include "verifier/checks/doubt.h"
#include "verifier/text/show.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <tuple>

namespace hubward {
namespace {

constexpr std::size_t kMissingShown = 20;

tl::unexpected<Error> refuse(const std::string& file, std::string what) {
  return fail(ErrorKind::bad_input, show(file), std::move(what));
}

bool is_same(const Finding& left, const Finding& right) {
  const auto all = [](const Finding& of) {
    return std::tie(of.code, of.finding_class, of.remedy, of.repo, of.revision, of.commit, of.path,
                    of.expected, of.actual, of.damage, of.detail, of.affects, of.affects_total,
                    of.manifest_line, of.lock_line);
  };
  return all(left) == all(right);
}

bool is_same_row(const RepoRow& left, const RepoRow& right) {
  const auto all = [](const RepoRow& of) {
    return std::tie(of.repo, of.revision, of.commit, of.basis, of.optional, of.files, of.bytes,
                    of.line);
  };
  return all(left) == all(right);
}

bool is_same_entry(const ShardEntry& left, const ShardEntry& right) {
  const auto all = [](const ShardEntry& of) {
    return std::tie(of.manifest_line, of.lock_line, of.doubt, of.blind);
  };
  return all(left) == all(right);
}

/// What is counted in names and sizes, and so by every shard.
bool is_same_ground(const Report& left, const Report& right) {
  const auto all = [](const Report& of) {
    return std::tie(of.manifest_entries, of.totals.repos, of.totals.pointers, of.totals.blobs,
                    of.totals.bytes);
  };
  return all(left) == all(right) && std::ranges::equal(left.repos, right.repos, is_same_row) &&
         std::ranges::equal(left.shard->entries, right.shard->entries, is_same_entry);
}

/// A report may lie about what it hashed; the sum stays one.
std::uint64_t sum(std::uint64_t left, std::uint64_t right) {
  const std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  return right > most - left ? most : left + right;
}

Verdict worse(Verdict left, Verdict right) { return std::max(left, right); }

/// Where a finding's entry stands in the report; npos for what is of no entry.
std::size_t entry_of(const Finding& finding, const std::vector<RepoRow>& rows) {
  const auto row = std::ranges::find_if(rows, [&](const RepoRow& each) {
    return each.repo.qualified() == finding.repo && each.revision.text() == finding.revision;
  });
  return static_cast<std::size_t>(row - rows.begin());
}

std::string snapshot_path(const RepoRow& row) {
  return fmt::format("{}/snapshots/{}", folder_name(row.repo),
                     row.commit ? row.commit->hex() : std::string());
}

}  // namespace

Result<void> Merge::add(Report report, const std::string& file) {
  if (!report.shard) return refuse(file, "is the report of no shard");
  const unsigned index = report.shard->shard.index;
  if (whole_) HUBWARD_TRY_VOID(expect_alike(report, file));
  const auto [at, is_new] = files_.emplace(index, file);
  if (!is_new) {
    return refuse(file, fmt::format("is shard {}, and so is {}: give each shard's report once",
                                    to_string(report.shard->shard), show(at->second)));
  }
  HUBWARD_TRY_VOID(add_findings(std::move(report.findings), file));
  report.findings.clear();
  if (whole_) {
    add_sums(report);
  } else {
    whole_ = std::move(report);
  }
  return {};
}

Result<void> Merge::expect_alike(const Report& report, const std::string& file) const {
  const ShardPart& ours = *whole_->shard;
  const ShardPart& theirs = *report.shard;
  const std::string other = show(files_.begin()->second);
  const auto differs = [&](std::string_view what, std::string_view left, std::string_view right) {
    return refuse(file, fmt::format("has the {} {}, and {} has {}: verify all shards alike", what,
                                    left, other, right));
  };
  if (theirs.shard.of != ours.shard.of) {
    return refuse(file, fmt::format("is one of {} shards, and {} one of {}: they do not make one",
                                    theirs.shard.of, other, ours.shard.of));
  }
  if (report.level != whole_->level) {
    return differs("level", to_string(report.level), to_string(whole_->level));
  }
  if (report.require != whole_->require) {
    return differs("required basis", to_string(report.require), to_string(whole_->require));
  }
  if (report.scope != whole_->scope) {
    return differs("scope", to_string(report.scope), to_string(whole_->scope));
  }
  const auto is_of_another = [&](std::string_view what, std::string_view advice) {
    return refuse(file, fmt::format("is of another {} than {}: {}", what, other, advice));
  };
  if (theirs.manifest != ours.manifest) {
    return is_of_another("manifest", "verify all shards with one");
  }
  if (theirs.lock != ours.lock) return is_of_another("lock", "verify all shards with one");
  if (theirs.asked != ours.asked) {
    return is_of_another("question", "give all shards the same REPOs and [cache] settings");
  }
  if (theirs.cache != ours.cache || !is_same_ground(report, *whole_)) {
    return is_of_another("cache",
                         "names, links, sizes or listings differ, or changed between the shards; "
                         "verify all shards anew");
  }
  return {};
}

Result<void> Merge::add_findings(std::vector<Finding> findings, const std::string& file) {
  for (Finding& finding : findings) {
    // Whether no byte of an entry was held against anything is told by all shards together.
    if (finding.code == FindingCode::not_proven) continue;
    Place place(finding.path, finding.code);
    const auto known = findings_.find(place);
    if (known == findings_.end()) {
      findings_.emplace(std::move(place), std::move(finding));
    } else if (!is_same(known->second, finding)) {
      return refuse(file,
                    fmt::format("says otherwise than another shard's report of {} at {}: the cache "
                                "changed between the shards; verify all anew",
                                to_string(finding.code), show(finding.path, 400)));
    }
  }
  return {};
}

void Merge::add_sums(const Report& report) {
  Report& whole = *whole_;
  const bool is_lower = report.shard->shard.index < whole.shard->shard.index;
  if (is_lower) {  // of shards that see the same at other paths, the first one's are told
    whole.shard->shard = report.shard->shard;
    whole.cache_path = report.cache_path;
    whole.cache_source = report.cache_source;
    whole.manifest_path = report.manifest_path;
    whole.lock_path = report.lock_path;
  }
  whole.verdict = worse(whole.verdict, report.verdict);
  whole.totals.bytes_hashed = sum(whole.totals.bytes_hashed, report.totals.bytes_hashed);
  whole.totals.blobs_from_ledger =
      sum(whole.totals.blobs_from_ledger, report.totals.blobs_from_ledger);
  whole.totals.seconds = std::max(whole.totals.seconds, report.totals.seconds);
  for (std::size_t i = 0; i < whole.repos.size(); ++i) {
    whole.repos[i].verdict = worse(whole.repos[i].verdict, report.repos[i].verdict);
    ShardEntry& entry = whole.shard->entries[i];
    entry.intact = entry.intact && report.shard->entries[i].intact;
    entry.held = entry.held || report.shard->entries[i].held;
  }
}

Result<void> Merge::expect_all() const {
  if (!whole_) return fail(ErrorKind::bad_input, "", "no report to merge");
  const unsigned of = whole_->shard->shard.of;
  std::vector<std::string> missing;
  for (unsigned index = 1; index <= of; ++index) {
    if (!files_.contains(index)) missing.push_back(to_string(Shard{index, of}));
  }
  if (missing.empty()) return {};
  const std::size_t shown = std::min(missing.size(), kMissingShown);
  const std::string more =
      shown < missing.size() ? fmt::format(" and {} more", missing.size() - shown) : std::string();
  const bool is_one = missing.size() == 1;
  missing.resize(shown);
  return fail(ErrorKind::bad_input, "",
              fmt::format("{} {}{} missing: hubward verify --shard {} --format json writes {}",
                          is_one ? "the report of shard" : "the reports of shards",
                          fmt::join(missing, ", "), more + (is_one ? " is" : " are"),
                          missing.front(), is_one ? "it" : "the first"));
}

bool Merge::is_proven(std::size_t index) const {
  const ShardEntry& entry = whole_->shard->entries[index];
  if (!entry.doubt) return true;
  return *entry.doubt == Doubt::bytes && (!entry.intact || entry.held);
}

Finding Merge::of_entry(std::size_t index, Finding finding) const {
  const RepoRow& row = whole_->repos[index];
  const ShardEntry& entry = whole_->shard->entries[index];
  finding.repo = row.repo.qualified();
  finding.revision = row.revision.text();
  if (row.commit) finding.commit = row.commit->hex();
  finding.manifest_line = entry.manifest_line;
  finding.lock_line = entry.lock_line;
  return finding;
}

void Merge::say(std::size_t index, Finding finding) {
  finding = of_entry(index, std::move(finding));
  Place place(finding.path, finding.code);
  const auto known = findings_.find(place);
  if (known == findings_.end()) {
    findings_.emplace(std::move(place), std::move(finding));
    return;
  }
  const bool is_first = index < entry_of(known->second, whole_->repos);
  if (is_first) std::swap(known->second, finding);
  if (known->second.lock_line == 0) known->second.lock_line = finding.lock_line;
}

void Merge::say_not_proven() {
  std::map<std::string, bool> is_required;  // by snapshot: by some entry that is not optional
  for (std::size_t index = 0; index < whole_->repos.size(); ++index) {
    if (is_proven(index)) continue;
    RepoRow& row = whole_->repos[index];
    const std::string path = snapshot_path(row);
    const Doubt doubt = *whole_->shard->entries[index].doubt;
    say(index, finding_of(NotProven{doubt, whole_->require, row.basis}, path));
    is_required[path] = is_required[path] || !row.optional;
    if (row.optional) {
      say(index, make_finding(FindingCode::optional_absent, folder_name(row.repo)));
    } else {
      row.verdict = worse(row.verdict, Verdict::incomplete);
      whole_->verdict = worse(whole_->verdict, Verdict::incomplete);
    }
  }
  for (const auto& [path, required] : is_required) {
    if (!required) findings_.erase({path, FindingCode::not_proven});
  }
}

void Merge::say_blindness() {
  for (std::size_t index = 0; index < whole_->repos.size(); ++index) {
    const ShardEntry& entry = whole_->shard->entries[index];
    if (!entry.intact || !is_proven(index) || entry.blind.empty()) continue;
    say(index, finding_of_blindness(entry.blind, snapshot_path(whole_->repos[index])));
  }
}

Result<Report> Merge::finish() {
  HUBWARD_TRY_VOID(expect_all());
  say_not_proven();
  say_blindness();
  for (auto& [place, finding] : findings_) whole_->findings.push_back(std::move(finding));
  findings_.clear();
  sort_findings(whole_->findings);
  whole_->shard.reset();
  whole_->exit_code = exit_code_of(whole_->verdict);
  return std::move(*whole_);
}

}  // namespace hubward
