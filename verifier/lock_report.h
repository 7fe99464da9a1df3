// What `lock` did or found, for people and for machines: schema hubward.lock/1,
// docs/lock.schema.json.
#pragma once

#include "verifier/lock.h"
#include "verifier/report/text.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

enum class LockDeed : std::uint8_t {
  written,
  unchanged,  ///< it says already what it should
  refused,    ///< the cache is not intact; nothing was written
  agrees,     ///< --check
  differs,    ///< --check
};

std::string_view to_string(LockDeed deed);

struct LockOutcome {
  LockDeed deed = LockDeed::refused;
  int exit_code = 0;
  std::string cache_path;  ///< absolute, raw bytes
  std::string cache_source;
  std::string place_flags;  ///< as Report::place_flags
  std::string manifest_path;
  std::uint64_t manifest_entries = 0;
  std::string lock_path;
  LockFile lock = {};  ///< the one there is now; empty when there is none
  std::vector<LockChange> changes;
  std::vector<LockNote> notes;
  std::vector<std::string> unlockable;
  std::optional<Report> report;  ///< when refused
};

/// A diff, the notes, and a last line that can be read alone. When refused: the report.
std::string render_lock_text(const LockOutcome& outcome, const TextStyle& style);
/// Indented, ends with a newline; the same outcome gives the same bytes.
std::string render_lock_json(const LockOutcome& outcome);

}  // namespace hubward
