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
#include <tuple>
#include <vector>

namespace hubward {

/// Thread safety: any thread.
class Attempts {
 public:
  /// `count` of them, of one program for one target.
  void add(GuardAttempt attempt);
  /// A connect to a name server that was let on for the sake of the question: an attempt of its own
  /// when the same process asks that server nothing afterwards, else only the question is one.
  void add_unless_asked(GuardAttempt connect);
  /// Something that the guard could not see; each text once, bounded.
  void warn(std::string what);

  /// Into `report`: attempts, leaks, and warnings behind those that are there. The last call.
  void write_into(GuardReport& report);

 private:
  /// Process, address and port.
  using Way = std::tuple<std::int64_t, std::string, int>;
  static Way way_of(const GuardAttempt& attempt);
  void add_row(GuardAttempt attempt);

  mutable std::mutex mutex_;  // guards all below
  std::uint64_t count_ = 0;
  std::vector<GuardAttempt> rows_;
  std::map<std::string, std::size_t> row_of_;
  std::map<Way, GuardAttempt> unasked_;  ///< connects to which no question has come yet
  std::vector<std::string> warnings_;
};

}  // namespace hubward
