#include "runner/cli/undo_command.h"

#include "runner/cli/failure.h"
#include "runner/cli/output.h"
#include "runner/cli/preparation.h"
#include "runner/cli/repair_ground.h"
#include "runner/cli/repair_words.h"
#include "runner/cli/terminal.h"
#include "runner/mend/sessions.h"
#include "verifier/report/counted.h"
#include "verifier/text/show.h"
#include "verifier/text/units.h"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

namespace hubward {
namespace {

class UndoWay {
 public:
  UndoWay(const Preparation& prepared, const Settings& settings)
      : settings_(settings), request_(quarantine_request_for(prepared, settings)) {}

  Result<int> undo(const std::vector<std::string>& words);
  Result<int> purge();

 private:
  Result<std::optional<FoundSession>> choose(const std::vector<std::string>& words) const;
  Result<int> tell_undo(const FoundSession& session) const;
  Result<bool> may_purge(const FoundSessions& found) const;
  Result<void> print(const std::string& text) const {
    return settings_.output ? write_output_file(*settings_.output, text)
                            : write_standard_output(text);
  }
  bool is_quiet() const { return settings_.verbosity == Verbosity::quiet; }
  bool is_verbose() const { return settings_.verbosity == Verbosity::verbose; }

  const Settings& settings_;  // outlives the way
  QuarantineRequest request_;
};

Result<std::optional<FoundSession>> UndoWay::choose(const std::vector<std::string>& words) const {
  if (!words.empty()) {
    HUBWARD_TRY(FoundSession named, find_session(request_, words.front()));
    return std::optional<FoundSession>(std::move(named));
  }
  HUBWARD_TRY(FoundSessions found, find_sessions(request_));
  if (!found.others.empty() && !is_quiet()) say(kept_text(found.others));
  if (found.sessions.empty()) {
    // Originals lie there: "nothing to undo" would be believed.
    const bool is_session = std::ranges::any_of(found.others, [](const Kept& other) {
      std::error_code failure;
      return is_session_name(std::string_view(other.path).substr(other.path.rfind('/') + 1)) &&
             !std::filesystem::is_empty(other.path, failure);
    });
    if (is_session) {
      return fail(ErrorKind::bad_input, "--undo",
                  "there are sessions, and none whose journal can be followed for this cache");
    }
    return std::optional<FoundSession>();
  }
  // One that was killed before it began hides none behind it.
  const auto begun = std::ranges::find_if(
      found.sessions, [](const FoundSession& session) { return !session.journal.records.empty(); });
  return std::move(begun == found.sessions.end() ? found.sessions.front() : *begun);
}

Result<int> UndoWay::undo(const std::vector<std::string>& words) {
  HUBWARD_TRY(const CacheGuard alone, CacheGuard::take(request_.cache_path));
  HUBWARD_TRY(std::optional<FoundSession> session, choose(words));
  if (!session) {
    if (!settings_.repair.dry_run) remove_empty_sessions(request_);
    HUBWARD_TRY_VOID(print("nothing to undo\n"));
    return 0;
  }
  if (settings_.repair.dry_run) return tell_undo(*session);
  HUBWARD_TRY(const HeldLocks locks,
              wait_for_locks(request_.cache_path, folders_of(session->journal),
                             settings_.fetch.lock_timeout));
  HUBWARD_TRY(const Undone undone, undo_session(request_, *session));
  remove_empty_sessions(request_);
  std::string text;
  if (!is_quiet()) {
    std::vector<std::string> rows;
    for (const std::string& path : undone.returned) rows.push_back(show(path));
    text += undo_text("put back: ", rows, is_verbose());
  }
  text += kept_text(undone.kept);
  text +=
      fmt::format("undone: {}{}\n", show(session->directory()),
                  undone.kept.empty() ? "" : ", but for what is left; it stays in the quarantine");
  HUBWARD_TRY_VOID(print(text));
  return undone.kept.empty() ? 0 : 1;
}

Result<int> UndoWay::tell_undo(const FoundSession& session) const {
  std::string text = "dry run: nothing is changed\n";
  std::vector<std::string> rows;
  for (const JournalRecord& record : session.journal.records) {
    if (record.undone || record.code.empty()) continue;
    rows.push_back(fmt::format("{} ({})", show(record.path), show(record.code, 100)));
  }
  text += undo_text("would undo: ", rows, is_verbose());
  text += fmt::format("session: {}\n", show(session.directory()));
  HUBWARD_TRY_VOID(print(text));
  return 0;
}

Result<int> UndoWay::purge() {
  HUBWARD_TRY(const CacheGuard alone, CacheGuard::take(request_.cache_path));
  HUBWARD_TRY(const FoundSessions found, find_sessions(request_));
  std::string text = kept_text(found.others);
  if (found.sessions.empty()) {
    HUBWARD_TRY_VOID(print(text + "nothing to purge\n"));
    return 0;
  }
  for (const FoundSession& session : found.sessions) {
    text +=
        fmt::format("session: {}: {}\n", show(session.directory()),
                    counted(items_in({session}).size(), "entry set aside", "entries set aside"));
  }
  if (settings_.repair.dry_run) {
    HUBWARD_TRY_VOID(print("dry run: nothing is deleted\n" + text));
    return 0;
  }
  if (!settings_.repair.yes) {
    say(text);
    HUBWARD_TRY(const bool may, may_purge(found));
    if (!may) return 0;
    text.clear();
  }
  HUBWARD_TRY(const std::vector<Kept> kept, purge_sessions(request_, found.sessions));
  text += kept_text(kept);
  text += fmt::format("deleted: {}\n",
                      counted(found.sessions.size() - kept.size(), "session", "sessions"));
  HUBWARD_TRY_VOID(print(text));
  return kept.empty() ? 0 : 74;
}

Result<bool> UndoWay::may_purge(const FoundSessions& found) const {
  say(fmt::format("hubward: delete {} for ever? [y/N] ",
                  counted(found.sessions.size(), "session", "sessions")));
  std::string answer;
  std::getline(std::cin, answer);
  if (answer == "y" || answer == "Y" || answer == "yes") return true;
  say("hubward: nothing is deleted\n");
  return false;
}

Result<void> expect_sense(const CommandLine& line, const Settings& settings) {
  const RepairSettings& repair = settings.repair;
  const bool is_text = std::ranges::all_of(
      settings.formats, [](const FormatTarget& target) { return target.is(kTextFormat); });
  if (!is_text) {
    return fail(ErrorKind::usage, "--format", "--undo and --purge verify nothing, and write text");
  }
  if (line.words.size() > (repair.undo ? 1U : 0U)) {
    return fail(ErrorKind::usage, "",
                repair.undo ? "--undo takes one session" : "--purge takes no REPO");
  }
  const bool can_ask = is_terminal(STDIN_FILENO) && is_terminal(STDERR_FILENO);
  if (repair.purge && !repair.yes && !repair.dry_run && !can_ask) {
    return fail(ErrorKind::usage, "--purge",
                "deletes, and here is no terminal to ask on: add --yes, or look at what it would "
                "delete with --dry-run");
  }
  return {};
}

}  // namespace

int undo_command(const CommandLine& line, const Settings& settings,
                 const Surroundings& surroundings) {
  const auto refuse = [&](const Error& error, Input input) {
    return report_failure(Refusal{error, input}, line.command, surroundings.tokens);
  };
  if (const auto sense = expect_sense(line, settings); !sense) {
    return refuse(sense.error(), Input::command_line);
  }
  Settings own = settings;
  own.scope = Scope::all;  // asks for no manifest
  CommandLine without_words = line;
  without_words.words.clear();
  const auto prepared = prepare(own, without_words, surroundings);
  if (!prepared) return report_failure(prepared.error(), line.command, surroundings.tokens);
  UndoWay way(*prepared, own);
  const auto code = settings.repair.undo ? way.undo(line.words) : way.purge();
  return code ? *code : refuse(code.error(), Input::cache);
}

}  // namespace hubward
