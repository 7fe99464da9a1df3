#include "runner/run_guard_words.h"

#include "verifier/report/counted.h"
#include "verifier/report/github.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace hubward {
namespace {

constexpr std::size_t kShownRows = 20;
constexpr std::size_t kAnnotations = 10;
constexpr std::size_t kShownAncestors = 4;
constexpr std::size_t kShownWords = 160;

/// "python3 tests/run.py"; the file's name stands for a program that has no arguments.
std::string command_of(const GuardAttempt& attempt) {
  std::string words;
  for (const std::string& argument : attempt.arguments) {
    if (!words.empty()) words += ' ';
    words += argument;
  }
  if (words.empty()) words = attempt.program;
  if (words.empty()) return "a process that has gone";
  if (words.size() > kShownWords) {
    std::size_t end = kShownWords;
    // Not within a character.
    while (end > 0 && (static_cast<unsigned char>(words[end]) & 0xC0U) == 0x80U) --end;
    words.resize(end);
    words += "…";
  }
  return words;
}

std::string origin_of(const GuardAttempt& attempt) {
  std::string origin = "by " + command_of(attempt);
  if (attempt.pid != 0) origin += fmt::format(" (pid {})", attempt.pid);
  for (std::size_t i = 0; i < std::min(attempt.chain.size(), kShownAncestors); ++i) {
    origin += fmt::format(" < {} ({})", attempt.chain[i].program, attempt.chain[i].pid);
  }
  if (attempt.chain.size() > kShownAncestors) origin += " < …";
  return origin;
}

std::string place_of(const GuardAttempt& attempt) {
  std::string place = attempt.address;
  if (attempt.port != 0) place += fmt::format(" port {}", attempt.port);
  return place;
}

std::string target_of(const GuardAttempt& attempt) {
  switch (attempt.kind) {
    case AttemptKind::name:
      // What was sent to the name server's port was no question.
      if (attempt.host.empty()) return place_of(attempt);
      return fmt::format("the name {}", attempt.host);
    case AttemptKind::unreadable: return "an address that could not be read";
    case AttemptKind::inherited:
      return fmt::format("a connection to {} that was there before the command", place_of(attempt));
    case AttemptKind::socket: return attempt.address;
    case AttemptKind::address: break;
  }
  if (attempt.host.empty()) return place_of(attempt);
  return fmt::format("{} ({})", attempt.host, place_of(attempt));
}

/// Attempts that a person cannot tell apart, as those by several system calls.
struct Row {
  const GuardAttempt* first;
  std::uint64_t count;
  std::vector<std::string_view> calls;
};

bool looks_like(const GuardAttempt& one, const GuardAttempt& other) {
  return one.kind == other.kind && one.refused == other.refused &&
         target_of(one) == target_of(other) && origin_of(one) == origin_of(other);
}

std::vector<Row> rows_of(const GuardReport& guard) {
  std::vector<Row> rows;
  for (const GuardAttempt& attempt : guard.leaks) {
    const auto known =
        std::ranges::find_if(rows, [&](const Row& row) { return looks_like(*row.first, attempt); });
    if (known == rows.end()) {
      rows.push_back({&attempt, attempt.count, {attempt.call}});
      continue;
    }
    known->count += attempt.count;
    if (std::ranges::find(known->calls, attempt.call) == known->calls.end()) {
      known->calls.push_back(attempt.call);
    }
  }
  return rows;
}

std::string sentence_of(const Row& row) {
  const GuardAttempt& attempt = *row.first;
  const std::string_view what = attempt.refused ? "refused" : "seen";
  if (attempt.kind == AttemptKind::inherited) {
    return fmt::format("{}: {}", what, target_of(attempt));
  }
  std::string times = row.count == 1 ? "" : fmt::format(", {} times", row.count);
  if (row.calls.size() > 1) times += fmt::format(" ({})", fmt::join(row.calls, ", "));
  return fmt::format("{}: {}{}, {}", what, target_of(attempt), times, origin_of(attempt));
}

}  // namespace

std::string guard_warning_lines(std::span<const std::string> warnings) {
  std::string text;
  for (const std::string& warning : warnings) {
    text += fmt::format("hubward: guard: warning: {}\n", warning);
  }
  return text;
}

std::vector<std::string> guard_sentences(const GuardReport& guard) {
  std::vector<std::string> sentences;
  std::uint64_t told = 0;
  const std::vector<Row> rows = rows_of(guard);
  for (std::size_t i = 0; i < std::min(rows.size(), kShownRows); ++i) {
    sentences.push_back(sentence_of(rows[i]));
    told += rows[i].count;
  }
  const std::uint64_t all = guard.attempts.value_or(told);
  if (told < all) {
    sentences.push_back(fmt::format("and {}; --report FILE has more of them",
                                    counted(all - told, "attempt more", "attempts more")));
  }
  return sentences;
}

std::string guard_lines(const GuardReport& guard) {
  std::string text;
  for (const std::string& sentence : guard_sentences(guard)) {
    text += fmt::format("hubward: guard: {}\n", sentence);
  }
  return text;
}

std::string guard_clause(const GuardReport& guard) {
  if (guard.mechanism == "outer") {
    return "guarded by the run around this one, which has the attempts";
  }
  if (guard.mechanism == "netns") return "kept on the machine, attempts not counted";
  if (!guard.attempts) return "not guarded";
  if (*guard.attempts == 0) return "no attempt to leave the machine";
  return counted(*guard.attempts, "attempt to leave the machine", "attempts to leave the machine");
}

std::string guard_annotations(const GuardReport& guard) {
  std::string text;
  const std::vector<Row> rows = rows_of(guard);
  for (std::size_t i = 0; i < std::min(rows.size(), kAnnotations); ++i) {
    text += fmt::format("::{} title={}::{}\n", rows[i].first->refused ? "error" : "warning",
                        escaped_property("hubward: an attempt to leave the machine"),
                        escaped_data(sentence_of(rows[i])));
  }
  return text;
}

}  // namespace hubward
