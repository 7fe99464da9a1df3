// Collects what a process has only once and catches what nobody mends; all else is in dispatch.cpp.
#include "runner/cli/commands.h"
#include "runner/cli/failure.h"
#include "runner/launch/standard_streams.h"
#include "verifier/text/show.h"

#include <fmt/format.h>

#include <pwd.h>
#include <unistd.h>

#include <exception>

namespace {

hubward::Surroundings surroundings_of(char** environment) {
  hubward::Surroundings surroundings;
  for (char** entry = environment; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    surroundings.environment.emplace_back(text);
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    // The first entry of a name is the one that getenv would give.
    surroundings.variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  surroundings.home_of = [](const std::string& account) -> std::optional<std::string> {
    const passwd* entry = ::getpwnam(account.c_str());
    if (entry == nullptr) return std::nullopt;
    return std::string(entry->pw_dir);
  };
  // Asked only where HOME is silent: a network directory may stand behind it.
  const auto home = surroundings.variables.find("HOME");
  if (home != surroundings.variables.end() && !home->second.empty()) return surroundings;
  if (const passwd* account = ::getpwuid(::getuid()); account != nullptr) {
    surroundings.account_home = account->pw_dir;
  }
  return surroundings;
}

int fail_unexpectedly(const char* what, hubward::Command command) {
  const hubward::Error error{hubward::ErrorKind::io, "",
                             fmt::format("unexpected failure: {}", hubward::show(what))};
  return hubward::report_failure(hubward::Refusal{error}, command);
}

}  // namespace

int main(int count, char** arguments, char** environment) {
  const std::vector<std::string> words(arguments + (count > 0 ? 1 : 0), arguments + count);
  hubward::plug_closed_streams();
  try {
    return hubward::run_command_line(words, surroundings_of(environment));
  } catch (const std::exception& error) {
    return fail_unexpectedly(error.what(), hubward::command_of(words));
  }
}
