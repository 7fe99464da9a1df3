// The texts of one flag wherever they stand: on the command line, or in its HUBWARD_ variable where
// the command line is silent. Each text knows where it came from, for a wrong one is named by its
// place.
#pragma once

#include "runner/cli/options.h"
#include "verifier/cache/location.h"
#include <hubward/result.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

struct Wish {
  std::string text;
  std::string origin;  ///< "--level" or "HUBWARD_LEVEL"
  bool is_from_environment = false;
};

/// Borrows the command line and the environment, which must outlive it.
class Wishes {
 public:
  Wishes(const CommandLine& line, const EnvironmentView& environment)
      : line_(line), environment_(environment) {}

  /// Empty when nobody said anything. An empty variable is an unset one.
  std::vector<Wish> all(Flag flag) const;
  /// The last one, which is the one that counts.
  std::optional<Wish> one(Flag flag) const;
  std::optional<std::string> text(Flag flag) const;
  /// true, false, or nullopt when nobody said anything. Errors: usage.
  Result<std::optional<bool>> truth(Flag flag) const;
  /// Errors: usage.
  Result<bool> is_on(Flag flag) const;

 private:
  const CommandLine& line_;
  const EnvironmentView& environment_;
};

/// "`full` is none of layout, size, content; the nearest is …".
tl::unexpected<Error> none_of(const Wish& wish, std::span<const std::string_view> known);

}  // namespace hubward
