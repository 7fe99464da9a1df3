// Raises `[key] version` in the text of a hubward.toml and leaves every other byte: the file is a
// person's, with comments, order and spelling of their own.
#pragma once

#include <hubward/result.h>

#include <string>
#include <string_view>

namespace hubward {

struct RaisedVersion {
  std::string text;  ///< the whole file
  int from = 0;
  int to = 0;
};

/// A file without that key gets it, one without that section gets the section at its end.
/// @param path  for messages only
/// Errors: bad_input: the text is no hubward.toml, the version is the highest already, or the key
/// stands in a way that cannot be changed with certainty.
Result<RaisedVersion> raise_key_version(std::string_view text, const std::string& path);

}  // namespace hubward
