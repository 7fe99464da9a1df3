#include "runner/run_words.h"

#include "verifier/report/counted.h"
#include "verifier/report/text.h"
#include "verifier/text/show.h"
#include "verifier/text/units.h"

#include <fmt/core.h>

#include <chrono>
#include <cmath>
#include <cstring>

namespace hubward {
namespace {

constexpr std::size_t kShownFindings = 3;
constexpr std::size_t kShownCommand = 300;

std::string shown_seconds(double seconds) {
  return format_duration(std::chrono::milliseconds(std::llround(seconds * 1000)));
}

bool counts(const Finding& finding) { return finding.finding_class <= FindingClass::incomplete; }

std::string_view state_word(CacheState state) {
  switch (state) {
    case CacheState::complete: return "complete";
    case CacheState::incomplete: return "incomplete";
    case CacheState::corrupt: return "corrupt";
    case CacheState::hostile: return "hostile";
  }
  return "corrupt";
}

/// What was not looked at, for those who asked for less than everything.
std::string level_caveat(Level level) {
  switch (level) {
    case Level::layout: return "; at level layout: no file was opened";
    case Level::size: return "; at level size: no byte was hashed";
    case Level::content: return "";
  }
  return "";
}

std::string again(const Download& download) {
  return download.again_at.empty() ? "" : ": it would work again at " + download.again_at;
}

std::string what_forbids(const ModePolicy& policy, const std::optional<Download>& download) {
  if (policy.offline_wanted) {
    return fmt::format("{} forbids to fetch and to go online", policy.offline_by);
  }
  if (!download) return "on_incomplete is \"fail\"";
  if (download->end == FetchEnd::well) {
    return "the download did not mend it, and on_fetch_failure is \"fail\"";
  }
  return outcome_of(*download);
}

}  // namespace

std::string sentence_of(const Error& error) {
  std::string text = error.where.empty() ? error.what : error.where + ": " + error.what;
  if (error.sys_errno != 0) text += fmt::format(": {}", std::strerror(error.sys_errno));
  return text;
}

std::string sound_cache(const Report& report) {
  return fmt::format("cache is {}; verified {}, {} in {}{}{}", verdict_line(report),
                     counted(report.totals.pointers, "file", "files"),
                     format_size(report.totals.bytes), shown_seconds(report.totals.seconds),
                     trust_clause(report), level_caveat(report.level));
}

std::string unsound_cache(const Report& report) {
  std::string text = "cache is " + verdict_line(report);
  std::size_t found = 0;
  for (const Finding& finding : report.findings) {
    if (!counts(finding)) continue;
    if (++found > kShownFindings) continue;
    text += fmt::format("{} {} {}", found == 1 ? ":" : ",", to_string(finding.code),
                        show(finding.path.empty() ? finding.repo : finding.path));
  }
  if (found > kShownFindings) text += fmt::format(", and {} more", found - kShownFindings);
  return text;
}

std::string outcome_of(const Download& download) {
  switch (download.end) {
    case FetchEnd::unreachable:
      return fmt::format("the download could not reach the Hub (exit {}){}", download.exit_code,
                         again(download));
    case FetchEnd::try_later:
      if (!download.again_at.empty()) {
        return fmt::format("the download was rate-limited (exit {}){}", download.exit_code,
                           again(download));
      }
      return fmt::format(
          "the download was rate-limited, or another process holds a lock (exit {}): try again "
          "later",
          download.exit_code);
    case FetchEnd::denied:
      return fmt::format(
          "the Hub refused the download (exit {}): look at HF_TOKEN and at the gates of the repos",
          download.exit_code);
    case FetchEnd::failed: return fmt::format("the download failed (exit {})", download.exit_code);
    case FetchEnd::well: return "the download did not mend it";
    case FetchEnd::no_downloader:
      return "nothing can be fetched: no downloader is at hand; name the project's in hubward.toml "
             "([fetch] command), or let the command go online ([run] on_incomplete = \"online\")";
  }
  return "";
}

std::string first_line(const Decision& decision, const Report& report,
                       const std::optional<Download>& download) {
  if (decision.step == Step::go_offline) {
    const bool fetched = decision.reason == ModeReason::fetched;
    return fmt::format("offline: {}{}", fetched ? "fetched; " : "", sound_cache(report));
  }
  std::string line = "online: " + unsound_cache(report);
  if (download) line += "; " + outcome_of(*download);
  return line;
}

std::string refusal_sentence(CacheState state, const Decision& decision, const ModePolicy& policy,
                             const std::optional<Download>& download) {
  if (decision.reason == ModeReason::hostile) {
    return "the cache holds hostile entries; look at them before anything else, then remove them "
           "or "
           "move them to quarantine with --repair-hostile";
  }
  return fmt::format("the cache is {}, and {}", state_word(state), what_forbids(policy, download));
}

std::string_view refusal_word(CacheState state, ModeReason reason) {
  switch (reason) {
    case ModeReason::rate_limited:
    case ModeReason::unreachable:
    case ModeReason::denied:
    case ModeReason::hostile: return to_string(reason);
    case ModeReason::complete:
    case ModeReason::fetched:
    case ModeReason::incomplete: break;
  }
  return state_word(state);
}

std::string_view refusal_word(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage: return "usage";
    case ErrorKind::bad_input: return "bad input";
    case ErrorKind::no_such_input: return "no such input";
    case ErrorKind::hub_unreachable: return "unreachable";
    case ErrorKind::io: return "i/o error";
    case ErrorKind::try_later: return "rate-limited";
    case ErrorKind::denied: return "denied";
  }
  return "i/o error";
}

std::string ending_sentence(const Ending& ending, double seconds) {
  const std::string after = shown_seconds(seconds);
  if (ending.timed_out) return fmt::format("command ended by the timeout after {}", after);
  if (ending.signal) {
    const char* name = ::sigabbrev_np(*ending.signal);
    return fmt::format("command ended by signal {} ({}) after {}", *ending.signal,
                       name == nullptr ? "?" : name, after);
  }
  return fmt::format("command ended with {} after {}", ending.exit_code, after);
}

std::string hf_hub_warning(std::span<const std::string> environment,
                           const std::string& cache_path) {
  const auto home = value_of(environment, "HOME");
  if (home && std::string(*home) + "/.cache/huggingface/hub" == cache_path) return "";
  return "warning: hf-hub 0.x (Rust) reads no cache variable: only a HOME whose "
         ".cache/huggingface/hub is this cache moves it";
}

std::string shown_command(const std::vector<std::string>& command) {
  std::string words;
  for (const std::string& word : command) {
    const bool plain = !word.empty() && word.find_first_of(" \t\n'\"\\$`") == std::string::npos;
    words += (words.empty() ? "" : " ") + (plain ? word : "'" + word + "'");
  }
  return show(words, kShownCommand);
}

std::string refusal_line(std::string_view what, int code, std::string_view reason) {
  return fmt::format("hubward: error: {} [{} {}]\n", what, code, reason);
}

}  // namespace hubward
