// Collects findings. One cause is one finding however many entries meet it: a second finding of the
// same code at the same path joins the first, its pointers going into `affects`.
#pragma once

#include "verifier/checks/repo_case.h"
#include <hubward/finding.h>

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hubward {

class Findings {
 public:
  /// Adds a finding met while judging `repo`; fills its repo, revision and commit where they are
  /// empty.
  void add(const RepoCase& repo, Finding finding);
  /// The same for bytes that `pointer_path` leads to.
  void add_behind(const RepoCase& repo, Finding finding, std::string pointer_path);
  /// Of no repo: the cache root.
  void add(Finding finding);

  /// The worst class met for this case; nullopt when there is none.
  std::optional<FindingClass> worst_of(const RepoCase& repo) const;

  /// Takes the incomplete findings of an optional entry out, as far as no other entry shares them;
  /// a look at the whole cache is no entry.
  /// @return how many there were
  std::size_t forgive_incomplete(const RepoCase& repo);

  /// All, sorted, `affects` cut to kMaxAffects.
  std::vector<Finding> take();

 private:
  struct Entry {
    Finding finding;
    std::set<std::string> affects;
    std::set<const RepoCase*> cases;
  };
  Entry& entry_for(Finding finding);
  /// @param pointer_path  of the file that the user's texts may name
  void add_at(const RepoCase& repo, Finding finding, std::string_view pointer_path);
  void recount(const RepoCase& repo);

  std::vector<Entry> entries_;
  std::map<std::pair<std::string, FindingCode>, std::size_t> by_place_;
  std::map<const RepoCase*, FindingClass> worst_;
};

}  // namespace hubward
