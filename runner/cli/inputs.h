// Finds and reads what a verification is asked with: configuration, manifest, lock. Which file was
// meant is said in every message, for the wrong file found is worse than none.
#pragma once

#include "runner/cli/exit_code.h"
#include "runner/cli/settings.h"
#include "verifier/asked/config.h"
#include <hubward/lock_file.h>
#include <hubward/manifest.h>

#include <optional>
#include <string>

namespace hubward {

struct Inputs {
  Config config;
  std::string base;  ///< absolute: the folder of hubward.toml, else the working directory
  std::optional<Manifest> manifest;
  std::optional<LockFile> lock;
  /// Only with KeepTexts::yes: the bytes that manifest and lock were read from.
  std::string manifest_text;
  std::string lock_text;
  std::optional<std::string> lock_path;  ///< where it is, or would be; nullopt: nowhere
};

/// An Error, and which text of the user it is about.
struct Refusal {
  Error error;
  Input input = Input::command_line;
};

/// unless_locked: a lock will do.
enum class NeedsManifest : unsigned char { no, yes, unless_locked };
enum class KeepTexts : unsigned char { no, yes };

/// @param working_directory  absolute; relative names stand on it, and it is the process's own
/// Errors: no_such_input (all places that were searched are named), bad_input, io.
tl::expected<Inputs, Refusal> read_inputs(const Settings& settings,
                                          const std::string& working_directory,
                                          NeedsManifest needs_manifest,
                                          KeepTexts keep_texts = KeepTexts::no);

/// hubward.toml where it was named or found, unparsed.
struct ConfigText {
  std::string path;
  std::string text;
};
/// nullopt when there is none. Errors: as read_inputs.
tl::expected<std::optional<ConfigText>, Refusal> read_config_text(
    const Settings& settings, const std::string& working_directory);

}  // namespace hubward
