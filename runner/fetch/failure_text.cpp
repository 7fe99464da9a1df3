#include "runner/fetch/failure_text.h"

#include "verifier/report/counted.h"
#include "verifier/text/show.h"
#include "verifier/text/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

namespace hubward {
namespace {

/// " after 12 ms", as libcurl's messages have it, would tell equal failures apart.
std::string without_duration(std::string text) {
  constexpr std::string_view kBefore = " after ";
  constexpr std::string_view kUnit = " ms";
  const std::size_t at = text.find(kBefore);
  if (at == std::string::npos) return text;
  const std::size_t digits = at + kBefore.size();
  const std::size_t end = text.find_first_not_of("0123456789", digits);
  if (end == digits || end == std::string::npos || !text.substr(end).starts_with(kUnit)) {
    return text;
  }
  return text.erase(at, end + kUnit.size() - at);
}

std::string reason_of(const EntryFailure& entry) {
  std::string reason = without_duration(entry.failure.what);
  if (entry.failure.sys_errno != 0) {
    reason += fmt::format(": {}", ::strerrordesc_np(entry.failure.sys_errno));
  }
  return reason;
}

std::string name_of(const EntryFailure& entry) {
  return show(entry.repo.manifest_spelling() + "@" + entry.revision.text());
}

/// Entries that one sentence is true of, in the manifest's order.
struct FailureGroup {
  std::string_view kind;  ///< "error", "note"
  std::string reason;
  std::vector<const EntryFailure*> entries;
};

std::vector<FailureGroup> groups_of(const Downloaded& downloaded) {
  std::vector<FailureGroup> groups;
  for (const EntryFailure& entry : downloaded.failures) {
    const std::string_view kind = is_forgiven(entry) ? "note" : "error";
    std::string reason = reason_of(entry);
    const auto known = std::ranges::find_if(groups, [&](const FailureGroup& group) {
      return group.kind == kind && group.reason == reason;
    });
    if (known == groups.end()) {
      groups.push_back({kind, std::move(reason), {&entry}});
    } else {
      known->entries.push_back(&entry);
    }
  }
  return groups;
}

void add_rows(const FailureGroup& group, std::vector<std::string>& lines) {
  std::size_t widest = 0;
  for (const EntryFailure* entry : group.entries) {
    widest = std::max(widest, count_characters(name_of(*entry)));
  }
  for (const EntryFailure* entry : group.entries) {
    const std::string name = name_of(*entry);
    const std::string gap(widest - count_characters(name), ' ');
    lines.push_back(fmt::format("  {}{}  {}", name, gap, entry->failure.where));
  }
}

}  // namespace

std::vector<std::string> failure_lines(const Downloaded& downloaded) {
  std::vector<std::string> lines;
  for (const FailureGroup& group : groups_of(downloaded)) {
    const std::size_t count = group.entries.size();
    lines.push_back(fmt::format("{}: {} not fetched: {}", group.kind,
                                counted(count, "entry", "entries"), group.reason));
    add_rows(group, lines);
  }
  return lines;
}

std::string before_next_fetch(int exit_code, const std::string& again_at) {
  switch (exit_code) {
    case 1: return "look at the names and revisions in the manifest: the Hub does not have them";
    case 2: return "ask another endpoint, or later: what was sent is not what the Hub lists";
    case 69: return "see that this machine reaches the Hub (`hubward doctor --online` asks it)";
    case 74: return "make room, or the cache writable";
    case 75:
      return again_at.empty()
                 ? "wait: the Hub limits requests (fewer with a token in HF_TOKEN), or another "
                   "process holds the lock"
                 : fmt::format("wait until {}, or give a token in HF_TOKEN: it may ask more often",
                               again_at);
    case 77:
      return "give a token that may read them in HF_TOKEN, and accept the terms of gated ones on "
             "their pages";
    default: return {};
  }
}

}  // namespace hubward
