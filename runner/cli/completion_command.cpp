// `completion`: a shell's script, or the models that the script asks for. A question asked while a
// line is being written is answered or not, and never an error: whatever is wrong, the command
// itself will say.
#include "runner/cli/commands.h"
#include "runner/cli/completion.h"
#include "runner/cli/failure.h"
#include "runner/cli/inputs.h"
#include "runner/cli/offers.h"
#include "runner/cli/output.h"
#include "runner/cli/wishes.h"
#include "runner/cli/working_directory.h"
#include "verifier/text/show.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace hubward {
namespace {

struct Shell {
  std::string_view name;
  std::string (*script)();
};

constexpr std::array<Shell, 3> kShells = {
    {{"bash", bash_completion}, {"zsh", zsh_completion}, {"fish", fish_completion}}};

/// The flags that say which manifest is meant: those of the line that is being written, and ours.
CommandLine place_of(const CommandLine& line, const CommandLine& written) {
  CommandLine place;
  place.command = written.command;
  for (const CommandLine* each : {&line, &written}) {
    for (const Flag flag : {Flag::directory, Flag::manifest, Flag::config}) {
      const auto said = each->flags.find(flag);
      if (said == each->flags.end()) continue;
      std::vector<std::string>& texts = place.flags[flag];
      texts.insert(texts.end(), said->second.begin(), said->second.end());
    }
  }
  return place;
}

std::optional<Manifest> manifest_of(const CommandLine& place, Surroundings surroundings) {
  if (!enter_folders(place, surroundings)) return std::nullopt;
  const Wishes wishes(place, surroundings.variables);
  Settings settings;
  settings.manifest = wishes.text(Flag::manifest);
  settings.config = wishes.text(Flag::config);
  settings.lock_use = LockUse::ignored;
  auto inputs = read_inputs(settings, surroundings.working_directory, NeedsManifest::no);
  return inputs ? std::move(inputs->manifest) : std::nullopt;
}

/// What a REPO may be, a line each; nothing that would look like something else at a prompt.
std::string ids(const CommandLine& line, const Surroundings& surroundings) {
  const auto written = parse_command_line(line.words);
  if (!written) return "";
  const auto manifest = manifest_of(place_of(line, *written), surroundings);
  if (!manifest) return "";
  std::string lines;
  for (const ManifestEntry& entry : manifest->entries) {
    std::string id = entry.repo.manifest_spelling();
    if (entry.revision != Revision::main()) id += '@' + entry.revision.text();
    if (show(id) == id) lines += id + '\n';
  }
  return lines;
}

Result<std::string> script_for(const std::vector<std::string>& words) {
  if (words.size() == 1) {
    const auto shell = std::ranges::find(kShells, words.front(), &Shell::name);
    if (shell != kShells.end()) return shell->script();
  }
  const std::string what = words.empty()
                               ? "it needs the name of a shell"
                               : fmt::format("there is no completion for `{}`",
                                             show(fmt::format("{}", fmt::join(words, " ")), 100));
  return fail(ErrorKind::usage, "",
              fmt::format("{}; known are {}", what, fmt::join(shell_names(), ", ")));
}

}  // namespace

std::vector<std::string_view> shell_names() {
  std::vector<std::string_view> names(kShells.size());
  std::ranges::transform(kShells, names.begin(), &Shell::name);
  return names;
}

int completion_command(const CommandLine& line, const Surroundings& surroundings) {
  Result<std::string> text =
      line.flags.contains(Flag::ids) ? ids(line, surroundings) : script_for(line.words);
  Result<void> written;
  if (text) written = write_standard_output(*text);
  if (text && written) return 0;
  Error error = text ? written.error() : text.error();
  return report_failure(Refusal{std::move(error), Input::command_line}, line.command);
}

}  // namespace hubward
