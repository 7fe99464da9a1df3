// hubward key: the name under which a CI engine stores the cache. From manifest, lock and
// configuration alone; of the cache itself nothing is asked, for there is none yet when the key is
// needed.
#include "runner/cli/commands.h"
#include "runner/cli/failure.h"
#include "runner/cli/github.h"
#include "runner/cli/key_answer.h"
#include "runner/cli/output.h"
#include "runner/cli/stderr_page.h"
#include "runner/cli/text_file.h"
#include "verifier/asked/key_version.h"
#include "verifier/proof/hasher.h"
#include "verifier/text/show.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace hubward {
namespace {

using Answer = tl::expected<KeyAnswer, Refusal>;

tl::unexpected<Refusal> refuse(Error error, Input input = Input::command_line) {
  return tl::unexpected(Refusal{std::move(error), input});
}

Result<void> fault_of_wishes(const CommandLine& line, const KeySettings& key) {
  if (!line.words.empty()) {
    return fail(ErrorKind::usage, "",
                fmt::format("key takes no REPO, and `{}` is one", show(line.words.front(), 100)));
  }
  if (key.bump && (key.raw || key.restore_keys || key.hash_files)) {
    return fail(ErrorKind::usage, "",
                "--bump prints no key, so --raw, --restore-keys and --hash-files say nothing "
                "beside it");
  }
  if (key.raw && key.restore_keys) {
    return fail(ErrorKind::usage, "", "--raw and --restore-keys contradict each other");
  }
  return {};
}

/// GitHub's hashFiles of one file: the SHA-256 of its raw SHA-256.
/// Source: actions/runner, hashFiles.ts.
Digest hash_files(std::string_view bytes) {
  const Digest once = digest_of(DigestAlgorithm::sha256, bytes);
  return digest_of(
      DigestAlgorithm::sha256,
      {reinterpret_cast<const char*>(once.bytes().data()),  // NOLINT(*-reinterpret-cast)
       once.bytes().size()});
}

/// What the manifest asks for and the lock does not hold: then the key stays although the cache
/// must change.
void warn_of_stale_lock(const Inputs& inputs, const Settings& settings) {
  if (!inputs.manifest || !inputs.lock || settings.verbosity == Verbosity::quiet) return;
  const auto lacks = [&](const ManifestEntry& entry) {
    return inputs.lock->find(entry.repo, entry.revision) == nullptr;
  };
  const auto& entries = inputs.manifest->entries;
  const auto first = std::ranges::find_if(entries, lacks);
  if (first == entries.end()) return;
  const auto more = std::ranges::count_if(entries, lacks) - 1;
  say_on_page(
      fmt::format("hubward: warning: {} lacks {}{}, which {} names: the key does not depend on "
                  "it\n",
                  show(inputs.lock->path), show(first->repo.manifest_spelling()),
                  more == 0 ? "" : fmt::format(" and {} more", more), show(inputs.manifest->path)));
}

Answer tell_key(const Settings& settings, const Surroundings& surroundings) {
  const KeepTexts keep = settings.key.hash_files ? KeepTexts::yes : KeepTexts::no;
  const auto inputs =
      read_inputs(settings, surroundings.working_directory, NeedsManifest::unless_locked, keep);
  if (!inputs) return tl::unexpected(inputs.error());
  warn_of_stale_lock(*inputs, settings);

  KeyAnswer answer;
  answer.from_lock = inputs->lock.has_value();
  answer.file = answer.from_lock ? inputs->lock->path : inputs->manifest->path;
  answer.hash_files = settings.key.hash_files;
  answer.key = CacheKey{.prefix = inputs->config.key.prefix,
                        .version = inputs->config.key.version,
                        .os = std::string(runner_os()),
                        .hash = {}};
  if (answer.hash_files) {
    answer.key->hash =
        hash_files(answer.from_lock ? inputs->lock_text : inputs->manifest_text).hex();
  } else {
    const std::string meaning =
        answer.from_lock ? meaning_of(*inputs->lock) : meaning_of(*inputs->manifest);
    answer.key->hash = digest_of(DigestAlgorithm::sha256, meaning).hex();
  }
  return answer;
}

/// A new hubward.toml stands in the working directory: anywhere above it would change which
/// manifest is found.
Answer bump(const Settings& settings, const Surroundings& surroundings) {
  const std::string& here = surroundings.working_directory;
  const auto found = read_config_text(settings, here);
  if (!found) return tl::unexpected(found.error());
  const ConfigText file = found->value_or(ConfigText{beneath(here, "hubward.toml"), ""});
  KeyAnswer answer;
  answer.file = seen_from(file.path, here);
  if (file.path == "-" || (*found && !is_file_there(file.path))) {
    return refuse(Error{ErrorKind::usage, show(answer.file), "is no file that could be changed"});
  }
  const auto raised = raise_key_version(file.text, answer.file);
  if (!raised) return refuse(raised.error(), Input::config);
  if (const auto written = replace_file(file.path, raised->text); !written) {
    return refuse(written.error());
  }
  answer.bumped = Bumped{.from = raised->from, .to = raised->to, .created = !*found};
  return answer;
}

std::vector<StepOutput> outputs_of(const KeyAnswer& answer) {
  if (!answer.key) return {};
  std::string restore;
  for (const std::string& key : answer.key->restore_keys())
    restore += (restore.empty() ? "" : "\n") + key;
  return {{"cache-key", answer.key->text()}, {"restore-keys", std::move(restore)}};
}

}  // namespace

int key_command(const CommandLine& line, const Settings& settings,
                const Surroundings& surroundings) {
  if (const auto sound = fault_of_wishes(line, settings.key); !sound) {
    return report_failure(Refusal{sound.error()}, line.command);
  }
  const Answer answer =
      settings.key.bump ? bump(settings, surroundings) : tell_key(settings, surroundings);
  if (!answer) return report_failure(answer.error(), line.command);
  for (const FormatTarget& target : settings.formats) {
    const std::string text =
        target.is(kJsonFormat) ? render_json(*answer) : render_text(*answer, settings.key);
    const std::optional<std::string> file = target.file ? target.file : settings.output;
    const auto written = file ? write_output_file(*file, text) : write_standard_output(text);
    if (!written) return report_failure(Refusal{written.error()}, line.command);
    if (target.is(kGithubFormat)) tell_outputs(outputs_of(*answer), surroundings);
  }
  return 0;
}

}  // namespace hubward
