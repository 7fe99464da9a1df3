// What `hubward key` has to say, and its two spellings. The JSON form is promised: schema
// hubward.key/1, docs/key.schema.json.
#pragma once

#include "runner/cli/settings.h"
#include "verifier/asked/cache_key.h"

#include <optional>
#include <string>

namespace hubward {

/// `[key] version` of hubward.toml was raised.
struct Bumped {
  int from = 0;
  int to = 0;
  bool created = false;  ///< there was no such file
};

struct KeyAnswer {
  std::string file;  ///< as shown to people: what was hashed, or what was changed
  bool from_lock = false;
  bool hash_files = false;
  std::optional<CacheKey> key;   ///< none when the version was raised
  std::optional<Bumped> bumped;  ///< none else
};

/// What was asked for, a line each.
std::string render_text(const KeyAnswer& answer, const KeySettings& asked);
std::string render_json(const KeyAnswer& answer);

}  // namespace hubward
