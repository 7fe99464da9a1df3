// A case of the catalogue of damage (hub-cache-format 8) as text:
// fixtures/caches/damage/NN-name.toml. Each is verified against the manifest and with --all, in a
// cache without and with listings, then undone. The format is told in fixtures/README.md.
#pragma once

#include "tests/support/recipe.h"

#include <toml++/toml.h>

#include <string>
#include <vector>

namespace hubward::test {

inline constexpr int kCatalogueCases = 76;

/// What vouches for the cache before it is damaged: nothing, listings, or listings and a lock that
/// the real `hubward lock` has written.
enum class DamageBasis { assumed, tree, lock };
inline constexpr DamageBasis kDamageBases[] = {DamageBasis::assumed, DamageBasis::tree,
                                               DamageBasis::lock};
/// "assumed", "tree", "lock".
std::string to_string(DamageBasis basis);

/// One of the ways a case is looked at.
struct DamageSetting {
  DamageBasis basis = DamageBasis::assumed;
  bool all = false;  ///< --all

  /// "assumed", "tree --all": the spelling of recipes.
  std::string name() const;
};

/// What verify must say in some of the settings.
struct DamageExpectation {
  std::vector<std::string> findings;  ///< "CLASS CODE[=DAMAGE] PATH", sorted
  int exit = 0;
  std::string basis;    ///< of the first entry; empty when it has none
  std::string because;  ///< why this setting shows less; told wherever nothing is found
};

/// One case in a fresh cache on one basis. Throws std::runtime_error that names the file for what
/// is wrong in it, or that cannot be locked.
class DamageCase {
 public:
  /// Builds the healthy cache. @param file  relative to the source tree
  DamageCase(const std::string& file, DamageBasis basis);
  /// The same for a text, for tests of the reader.
  DamageCase(const std::string& text, const std::string& place, DamageBasis basis);

  int number() const { return number_; }
  const std::string& about() const { return prepared_.recipe.about; }
  /// Why the case itself cannot be met on this file system; empty: it can.
  const std::string& not_shown() const { return not_shown_; }
  const std::string& surroundings() const { return prepared_.cache->surroundings(); }

  void damage() const;
  /// Puts back what the recipe's `undo` names, and nothing else, as it was before the damage.
  void undo() const;

  DamageExpectation expected(bool all) const;
  BinaryCall verify_call(bool all) const;

 private:
  void read_texts();
  void refuse_gaps() const;
  void lock();

  toml::table table_;
  std::string place_;
  DamageBasis basis_;
  int number_ = 0;
  std::string not_shown_;
  PreparedCache prepared_;
};

/// All files of the catalogue, relative to the source tree, sorted.
std::vector<std::string> damage_files();

/// The case number that a file's name begins with; 0 when it begins with none.
int case_in_name(const std::string& file);

}  // namespace hubward::test
