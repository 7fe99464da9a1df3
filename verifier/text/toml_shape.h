// Measures a TOML text before it is parsed. toml++ builds a table for every dot of a key and takes
// them apart by recursion: `[a.a.a.…]` within a mebibyte ends the process. So depth and number of
// values are counted first, from left to right, with nothing but a few counters.
#pragma once

#include "verifier/text/diagnostic.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hubward {

inline constexpr std::size_t kMaxTomlNesting = 32;  ///< of brackets and braces
inline constexpr std::size_t kMaxTomlKeyParts = 32;
inline constexpr std::size_t kMaxTomlValues = 4'000'000;

struct TomlShapeFault {
  Place place;
  std::string what;
};

/// nullopt when the text is within the bounds. A text that is no TOML may be judged either way, but
/// never one that is too deep and valid up to there.
std::optional<TomlShapeFault> fault_of_toml_shape(std::string_view text,
                                                  std::size_t max_values = kMaxTomlValues);

}  // namespace hubward
