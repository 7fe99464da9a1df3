// One line of a manifest, cut into its entry and its options: white space, quotes and comments, but
// not yet what they mean.
#pragma once

#include "verifier/text/diagnostic.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

struct ManifestOption {
  std::string_view name;             ///< a part of the line
  std::optional<std::string> value;  ///< behind the colon, without quotes and escapes
  Place place;
  Place value_place;
};

struct ManifestLine {
  std::string_view entry;  ///< [TYPE/]ID[@REVISION]; a part of the line
  Place place;
  std::vector<ManifestOption> options;
};

/// nullopt for a line that holds nothing or only a comment. An option whose quotes are wrong is
/// reported and left out, what stands around it is still returned.
/// @param line    without its end; outlives the result
/// @param number  1-based
std::optional<ManifestLine> split_manifest_line(std::string_view line, int number,
                                                Diagnostics& diagnostics);

}  // namespace hubward
