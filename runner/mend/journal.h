// The journal of a quarantine session: what was done to the cache, in order, each line on disk
// before the deed it tells of. Undo believes nothing else, and it may have been written by whoever
// can write into the quarantine: everything in it is judged here, before the first deed is undone.
//
// A line a record, as compact JSON. The first names the schema and the cache; then
//   {"do":"take","path":P,"kind":K,"code":C}           P went to the session
//   {"do":"link","path":P,"text":T,…}                  P became a link with that text
//   {"do":"ref","path":P,"text":HEX,…}                 P became a ref that holds that commit
//   {"do":"folder","path":P}                           P was made
//   {"do":"name","path":P,"of":Q}                      the file Q got a second name P (hard link)
//   {"do":"mode","path":P,"was":"0000","now":"0600"}   P's permissions were changed
//   {"undone":N}                                       the Nth deed was taken back
// Links and refs that took another thing's place have its "kind", as takes do: it went to the
// session. There it lies under its path in the cache, or under "at" where that was taken.
#pragma once

#include <hubward/result.h>

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

inline constexpr const char* kJournalName = "journal.jsonl";
inline constexpr std::string_view kJournalSchema = "hubward.quarantine/1";
inline constexpr std::size_t kMaxJournalBytes = std::size_t{256} * 1024 * 1024;

inline constexpr std::size_t kMaxJournalPath = std::size_t{16} * 1024;

/// Whether a path can stand in a journal: relative, leading nowhere but beneath, not too long.
bool may_be_journaled(std::string_view path);

enum class JournalDeed : unsigned char { take, link, ref, folder, name, mode };

struct JournalRecord {
  JournalDeed deed = JournalDeed::take;
  std::string path;  ///< in the cache, raw bytes
  std::string kind;  ///< of what stood there: "file", "link", "folder", "special"; empty: nothing
  std::string code;  ///< of the finding it was done for; empty for what only prepares another deed
  std::string at;    ///< in the session, where what stood there lies; empty when nothing did
  std::string text;  ///< of a link or a ref
  std::string of;    ///< name: the file that has it besides
  mode_t was = 0;
  mode_t now = 0;
  bool undone = false;

  /// Whether an original of the cache went to the session.
  bool has_original() const { return !kind.empty(); }
};

struct Journal {
  std::string cache;  ///< absolute, as it was named; raw bytes
  std::string time;   ///< "20251123T213000Z"
  std::vector<JournalRecord> records;
};

/// A line with its newline.
std::string journal_header(std::string_view cache, std::string_view time);
std::string journal_line(const JournalRecord& record);
/// @param number  of the record, from 1
std::string journal_undone(std::size_t number);

/// A last line without its end is what a kill leaves: its deed was never begun, and it is left out.
/// Errors: bad_input for a schema of another version, a line that is no record, a path that would
/// lead out of cache or session, more than kMaxJournalBytes.
Result<Journal> parse_journal(std::string_view text, const std::string& place);

}  // namespace hubward
