// All that `doctor` has found out, and its two spellings. The JSON form is promised: schema
// hubward.doctor/1, docs/doctor.schema.json.
#pragma once

#include "runner/doctor/cache_health.h"
#include "runner/doctor/ci.h"
#include "runner/doctor/dependencies.h"
#include "runner/doctor/file_story.h"
#include "runner/doctor/online.h"
#include "runner/doctor/places.h"
#include "runner/doctor/sights.h"
#include "runner/doctor/stray_places.h"
#include "runner/doctor/tokens.h"
#include "runner/guard/guard.h"
#include "verifier/report/text.h"
#include <hubward/report.h>

#include <optional>
#include <string>
#include <vector>

namespace hubward {

/// One manifest entry, as each client meets it.
struct EntryView {
  RepoRow row;  ///< of a verification at level size
  std::vector<ClientSight> sights;
};

/// What `run --guard` can do here.
struct GuardView {
  GuardAbility watch;        ///< as `--guard enforce` chooses by itself
  GuardAbility own_network;  ///< with `--guard-with netns`
};

/// The one thing to do.
struct NextStep {
  std::string what;     ///< a sentence, safe for eyes
  std::string command;  ///< empty where none can be written
};

struct Diagnosis {
  int exit_code = 0;
  std::string cache_path;    ///< absolute, raw bytes
  std::string cache_source;  ///< as CacheLocation::source
  std::string place_flags;   ///< as Report::place_flags
  bool cache_is_our_choice = false;
  std::optional<std::string> manifest_path;
  std::uint64_t manifest_entries = 0;
  std::optional<std::string> lock_path;
  std::vector<ClientPlace> places;  ///< in the order of the table
  std::vector<SentToken> tokens;    ///< the same
  std::vector<UsedClient> used;
  std::optional<Report> report;  ///< at level size; none when only one file was asked about
  std::vector<EntryView> entries;
  std::optional<CacheHealth> health;  ///< none when only one file was asked about
  std::vector<StrayPlace> strays;
  std::optional<GuardView> guard;  ///< none when only one file was asked about
  std::string ci_engine;           ///< empty: none
  std::vector<CiHint> hints;
  std::optional<FileStory> story;
  std::optional<OnlineFacts> online;
  NextStep next;
};

/// What to do first, of all that is there to be done. Pure.
NextStep next_step(const Diagnosis& diagnosis);

/// For people: no line begins with bytes from a cache or a Hub.
std::string render_doctor_text(const Diagnosis& diagnosis, const TextStyle& style);
/// The part about one file.
std::string render_story(const FileStory& story, const TextStyle& style);
/// Indented, ends with a newline.
std::string render_doctor_json(const Diagnosis& diagnosis);

}  // namespace hubward
