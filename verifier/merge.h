// From the reports of all shards to the one that a single verification would have given, but for
// the time it took. What shards judge alike has to stand in their reports alike; what falls to one
// of them is taken from it; what none could say alone is said here.
#pragma once

#include <hubward/report.h>
#include <hubward/result.h>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hubward {

class Merge {
 public:
  /// @param report  of a shard
  /// @param file    where it was read, for messages
  /// Errors: bad_input; `where` is the file, `what` says why it does not belong to the others.
  Result<void> add(Report report, const std::string& file);

  /// The whole, once. Errors: bad_input, when shards are lacking or none was added.
  Result<Report> finish();

 private:
  using Place = std::pair<std::string, FindingCode>;

  Result<void> expect_alike(const Report& report, const std::string& file) const;
  Result<void> add_findings(std::vector<Finding> findings, const std::string& file);
  void add_sums(const Report& report);
  Result<void> expect_all() const;
  void say_not_proven();
  void say_blindness();
  /// A finding of a manifest entry; where others met it too, the first of them is shown.
  void say(std::size_t entry, Finding finding);
  Finding of_entry(std::size_t entry, Finding finding) const;
  bool is_proven(std::size_t entry) const;

  std::optional<Report> whole_;  // of the first; its findings are in findings_
  std::map<Place, Finding> findings_;
  std::map<unsigned, std::string> files_;  // by shard
};

}  // namespace hubward
