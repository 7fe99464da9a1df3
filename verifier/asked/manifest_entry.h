// What one line of a manifest asks for, and how several lines about the same repo and revision
// become one entry.
#pragma once

#include "verifier/asked/manifest_line.h"
#include "verifier/text/diagnostic.h"
#include <hubward/manifest.h>

#include <optional>
#include <string>
#include <vector>

namespace hubward {

/// An entry that is still growing, with the places that an error may have to name.
struct DraftEntry {
  struct Literal {
    std::string path;
    Place place;
  };
  ManifestEntry entry;
  /// The profile that the lines so far ask for, written or implied. A line with `gguf:`, `file:` or
  /// `not:` and no `profile:` asks for none; a bare line asks for `auto`.
  std::optional<Profile> asked;
  int asked_line = 0;
  std::vector<Literal> literals;  ///< of `gguf:` and `file:`, for the check against `not:`
};

/// nullopt when the line is wrong; every fault is then in `diagnostics`.
std::optional<DraftEntry> draft_entry(const ManifestLine& line, Diagnostics& diagnostics);

/// Unites a later line with the first one about the same repo and revision. Another profile or
/// another `optional` is an error, for one of the two lines would be silently ignored.
void unite(DraftEntry& first, DraftEntry later, Place place, Diagnostics& diagnostics);

/// Drops repeated options and reports literal paths that a `not:` shuts out.
ManifestEntry finish(DraftEntry draft, Diagnostics& diagnostics);

}  // namespace hubward
