// What `run` says to a person, on standard error: a sentence each, safe for eyes, without a
// newline. Apart from run.cpp so that the way can be read there without the words.
#pragma once

#include "runner/launch/environment.h"
#include "runner/launch/mode.h"
#include "runner/launch/sentinel.h"
#include "runner/mend/quarantine_plan.h"
#include "runner/run.h"
#include <hubward/report.h>
#include <hubward/result.h>

#include <string>

namespace hubward {

/// "WHERE: WHAT: Permission denied".
std::string sentence_of(const Error& error);

/// "cache is complete (tree 9); verified 55 files, 1.2 GB in 0.9 s".
std::string sound_cache(const Report& report);
/// "cache is corrupt (tree 1): blob-corrupt models--gpt2/blobs/…, and 2 more".
std::string unsound_cache(const Report& report);
/// A download that took place, or could not.
struct Download {
  FetchEnd end = FetchEnd::no_downloader;
  int exit_code = 0;
  std::string again_at = {};  ///< as FetchEnding
};
/// "the download was rate-limited (exit 75): it would work again at 2026-11-28T14:00:00Z".
std::string outcome_of(const Download& download);

/// "offline: fetched; cache is complete …", "online: cache is incomplete …; the download ended
/// well".
std::string first_line(const Decision& decision, const Report& report,
                       const std::optional<Download>& download);
/// Why nothing is started: the cache, then what forbids to fetch or to go online.
std::string refusal_sentence(CacheState state, const Decision& decision, const ModePolicy& policy,
                             const std::optional<Download>& download);
/// The word behind the number in the last line: "incomplete", "corrupt", "rate-limited" …
std::string_view refusal_word(CacheState state, ModeReason reason);
/// The same for an error of hubward's own.
std::string_view refusal_word(ErrorKind kind);

/// "command ended with 0 after 12.3 s".
std::string ending_sentence(const Ending& ending, double seconds);

/// The warning that belongs to a cache which hf-hub 0.x cannot be told of; empty when it looks
/// there anyway.
std::string hf_hub_warning(std::span<const std::string> environment, const std::string& cache_path);

/// "a b 'c d'", cut where it is long.
std::string shown_command(const std::vector<std::string>& command);

}  // namespace hubward
