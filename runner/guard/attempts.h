// The book of attempts: what was seen, by program and target, with how often and when first.
//
// A test suite may start ten thousand processes that all ask for the same; they are one row. Rows
// are bounded, the count is not.
#pragma once

#include <hubward/guard_report.h>

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace hubward {

/// Thread safety: any thread.
class Attempts {
 public:
  /// `count` of them, of one program for one target.
  void add(GuardAttempt attempt);
  /// Something that the guard could not see; each text once, bounded.
  void warn(std::string what);

  std::uint64_t count() const;
  /// Into `report`: attempts, leaks, and warnings behind those that are there.
  void write_into(GuardReport& report) const;

 private:
  mutable std::mutex mutex_;  // guards all below
  std::uint64_t count_ = 0;
  std::vector<GuardAttempt> rows_;
  std::map<std::string, std::size_t> row_of_;
  std::vector<std::string> warnings_;
};

}  // namespace hubward
