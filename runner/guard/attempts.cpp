#include "runner/guard/attempts.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace hubward {
namespace {

constexpr std::size_t kMostWarnings = 50;

/// What makes two attempts one row. A NUL is in none of the texts: they are safe for eyes.
std::string key_of(const GuardAttempt& attempt) {
  std::string key(to_string(attempt.kind));
  const auto append = [&key](std::string_view text) { key.append(1, '\0').append(text); };
  for (const std::string* text :
       {&attempt.call, &attempt.host, &attempt.address, &attempt.program}) {
    append(*text);
  }
  append(std::to_string(attempt.port));
  for (const std::string& argument : attempt.arguments) append(argument);
  return key;
}

}  // namespace

Attempts::Way Attempts::way_of(const GuardAttempt& attempt) {
  return {attempt.pid, attempt.address, attempt.port};
}

void Attempts::add(GuardAttempt attempt) {
  const std::lock_guard lock(mutex_);
  if (attempt.kind == AttemptKind::name) unasked_.erase(way_of(attempt));
  add_row(std::move(attempt));
}

void Attempts::add_unless_asked(GuardAttempt connect) {
  Way way = way_of(connect);
  const std::lock_guard lock(mutex_);
  if (const auto known = unasked_.find(way); known != unasked_.end()) {
    known->second.count += connect.count;
  } else if (unasked_.size() < kMaxLeaks) {
    unasked_.emplace(std::move(way), std::move(connect));
  } else {
    add_row(std::move(connect));
  }
}

void Attempts::add_row(GuardAttempt attempt) {
  std::string key = key_of(attempt);
  count_ += attempt.count;
  if (const auto known = row_of_.find(key); known != row_of_.end()) {
    rows_[known->second].count += attempt.count;
    return;
  }
  if (rows_.size() == kMaxLeaks) return;
  row_of_.emplace(std::move(key), rows_.size());
  rows_.push_back(std::move(attempt));
}

void Attempts::warn(std::string what) {
  const std::lock_guard lock(mutex_);
  if (warnings_.size() == kMostWarnings) return;
  if (std::ranges::find(warnings_, what) == warnings_.end()) warnings_.push_back(std::move(what));
}

void Attempts::write_into(GuardReport& report) {
  const std::lock_guard lock(mutex_);
  for (auto& [way, connect] : unasked_) add_row(std::move(connect));
  unasked_.clear();
  report.attempts = count_;
  report.leaks = rows_;
  report.warnings.insert(report.warnings.end(), warnings_.begin(), warnings_.end());
}

}  // namespace hubward
