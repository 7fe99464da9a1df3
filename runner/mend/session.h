// One session of the quarantine: a folder beside the cache that takes every original which a
// mending replaces or removes, and the journal that lets undo.h play all of it back.
//
// Each deed is written down, and is on disk, before it is done; where the file system can exchange
// two names, the new thing takes the old one's place at once. So a kill at any instant leaves every
// original byte in the cache or here, and a journal that tells which.
#pragma once

#include "runner/mend/journal.h"
#include "runner/mend/made_node.h"
#include "verifier/cache/unique_fd.h"
#include <hubward/finding.h>
#include <hubward/repo_id.h>
#include <hubward/result.h>

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

struct QuarantineRequest {
  std::string cache_path;                ///< absolute; the path to it may lead through links
  std::optional<std::string> directory;  ///< of the user's choice, absolute or relative
  std::chrono::system_clock::time_point utc;
  pid_t pid = 0;
};

/// "<parent of the cache>/.hubward-quarantine/<hub name>", or beneath the user's directory.
std::string quarantine_home(const QuarantineRequest& request);

/// Whether the default place is no link that somebody laid there: what it leads to is not ours to
/// close, fill or purge. A directory of the user's own choice may be one.
/// Errors: io.
Result<void> expect_no_link(const QuarantineRequest& request);

/// Whether the place is outside of the cache, where no client trips over it, by the folders' own
/// identity: a link or a mount leads to the same one.
/// Errors: usage.
Result<void> expect_outside_cache(const QuarantineRequest& request);

/// All paths are in the cache, raw bytes. Links are renamed, never followed; nothing is opened
/// through one. Errors are io, and the cache is as before the call, unless is_broken().
class Session {
 public:
  /// Makes home and folder, mode 0700. The home, and in the default place the folder above it, are
  /// closed to others if they were not; the user's own directory keeps its mode.
  /// Errors: usage when the place is in the cache; io.
  static Result<Session> open(const QuarantineRequest& request);

  /// Moves a path here. False: it has gone meanwhile, or no journal can name it.
  Result<bool> take(const std::string& path, FindingCode code);
  /// Makes `path` a link with that text, with the folders above it; what stood there comes here.
  Result<void> put_link(const std::string& path, const std::string& text, FindingCode code);
  /// The same for a ref of exactly the 40 digits.
  Result<void> put_ref(const std::string& path, const CommitId& commit, FindingCode code);
  /// Gives the plain file `of` a second name, a hard link.
  Result<void> give_name(const std::string& path, const std::string& of, FindingCode code);
  Result<void> change_mode(const std::string& path, mode_t mode, FindingCode code);

  /// All of it taken back, latest first, as far as that can be; then the empty session goes too.
  void roll_back();

  /// The journal takes no more lines: nothing more may be done.
  bool is_broken() const { return is_broken_; }
  const std::string& directory() const { return directory_; }

 private:
  struct Place;

  Result<std::size_t> note(JournalRecord record);
  Result<void> write_line(const std::string& line);
  void forget(std::size_t number);
  Result<Place> find_place(const std::string& path);
  Result<UniqueFd> make_parents(std::string_view folder);
  Result<void> put(JournalDeed deed, const std::string& path, const std::string& text,
                   FindingCode code);
  Result<void> make_in_cache(const NamedIn& at, const MadeNode& made) const;
  Result<void> put_new(const Place& place, JournalRecord record);
  Result<void> put_instead(const Place& place, JournalRecord record);

  std::string directory_;
  UniqueFd cache_;
  UniqueFd home_;
  UniqueFd folder_;
  UniqueFd journal_;
  std::string name_;
  std::vector<JournalRecord> records_;
  bool is_broken_ = false;
};

}  // namespace hubward
