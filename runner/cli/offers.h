// What may stand in a place of the command line, for whoever completes it. Told by what help calls
// the place: a FILE is a file, a REPO a model of the manifest. So a new flag is completed without a
// word here.
#pragma once

#include "runner/cli/flags.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

enum class Offer : std::uint8_t {
  nothing,
  choice,
  choice_or_file,  ///< `json`, and `json=FILE`
  file,
  folder,
  model,
  command_line  ///< another program and its arguments
};

struct Offers {
  Offer kind = Offer::nothing;
  std::vector<std::string_view> choices;  ///< static texts
};

/// What the flag's value may be; nothing for a flag that takes none.
Offers offers_of(const FlagRow& row);
/// What the command's words may be.
Offers offers_of(const CommandRow& row);

/// The letters of the short flags: several may stand in one word, the last of them with a value.
struct ShortFlags {
  std::string alone;
  std::string taking;
};
ShortFlags short_flags();

/// The shells that `completion` knows.
std::vector<std::string_view> shell_names();

}  // namespace hubward
