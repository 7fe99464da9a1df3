#include "runner/cli/inputs.h"

#include "runner/cli/text_file.h"
#include "verifier/asked/search.h"
#include "verifier/text/show.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

namespace hubward {
namespace {

tl::unexpected<Refusal> refuse(Error error, Input input) {
  return tl::unexpected(Refusal{std::move(error), input});
}

/// The nearest hubward.toml above, not beyond the repository that the working directory is in.
std::optional<std::string> find_config(const std::string& working_directory) {
  for (const ConfigPlace& place : config_places(working_directory)) {
    if (is_file_there(place.config)) return place.config;
    if (is_anything_there(place.boundary)) return std::nullopt;
  }
  return std::nullopt;
}

tl::expected<void, Refusal> read_config(const Settings& settings, const std::string& cwd,
                                        Inputs& inputs) {
  inputs.base = cwd;
  const auto file = read_config_text(settings, cwd);
  if (!file) return tl::unexpected(file.error());
  if (!*file) return {};
  auto config = parse_config((*file)->text, seen_from((*file)->path, cwd));
  if (!config) return refuse(config.error(), Input::config);
  inputs.config = std::move(*config);
  inputs.base = folder_of(beneath(cwd, (*file)->path));
  return {};
}

Error no_manifest(const std::string& base) {
  return Error{ErrorKind::no_such_input, "",
               fmt::format("no manifest: name one with --manifest, or write one of {} in {}",
                           fmt::join(manifest_places(""), ", "), show(base))};
}

std::optional<std::string> find_manifest(const Settings& settings, const Inputs& inputs,
                                         const std::string& cwd) {
  if (settings.manifest) return settings.manifest;
  if (inputs.config.manifest) return seen_from(beneath(inputs.base, *inputs.config.manifest), cwd);
  for (const std::string& place : manifest_places(inputs.base)) {
    if (is_file_there(place)) return seen_from(place, cwd);
  }
  return std::nullopt;
}

tl::expected<void, Refusal> read_manifest(const Settings& settings, const std::string& cwd,
                                          NeedsManifest needs_manifest, KeepTexts keep_texts,
                                          Inputs& inputs) {
  const std::optional<std::string> path = find_manifest(settings, inputs, cwd);
  if (!path) {
    if (needs_manifest != NeedsManifest::yes) return {};
    return refuse(no_manifest(inputs.base), Input::manifest);
  }
  auto text = read_text_file(*path, kMaxManifestBytes);
  if (!text) return refuse(text.error(), Input::manifest);
  auto manifest = parse_manifest(*text, *path);
  if (!manifest) return refuse(manifest.error(), Input::manifest);
  inputs.manifest = std::move(*manifest);
  if (keep_texts == KeepTexts::yes) inputs.manifest_text = std::move(*text);
  return {};
}

/// A lock that was named must be there; the one beside the manifest may be.
std::optional<std::string> named_lock(const Settings& settings, const Inputs& inputs,
                                      const std::string& cwd) {
  if (settings.lock) return settings.lock;
  if (!inputs.config.lock) return std::nullopt;
  return seen_from(beneath(inputs.base, *inputs.config.lock), cwd);
}

/// Fills lock_path. @return whether there is a lock that must be read
bool find_lock(const Settings& settings, const std::string& cwd, Inputs& inputs) {
  inputs.lock_path = named_lock(settings, inputs, cwd);
  const bool is_named = inputs.lock_path.has_value();
  if (!is_named && inputs.manifest) inputs.lock_path = lock_place(inputs.manifest->path);
  if (settings.lock_use == LockUse::ignored || !inputs.lock_path) return false;
  // The one that `lock` is about to write may be named before it is there.
  return (is_named && !settings.locking.writes) || is_anything_there(*inputs.lock_path);
}

tl::expected<void, Refusal> read_lock(const Settings& settings, const std::string& cwd,
                                      KeepTexts keep_texts, Inputs& inputs) {
  const bool is_there = find_lock(settings, cwd, inputs);
  const std::optional<std::string>& place = inputs.lock_path;
  if (!is_there) {
    if (settings.lock_use != LockUse::required) return {};
    return refuse(Error{ErrorKind::no_such_input, place ? show(*place) : std::string(),
                        "there is no lock, and --locked asks for one"},
                  Input::lock);
  }
  auto text = read_text_file(*place, kMaxLockBytes);
  if (!text) return refuse(text.error(), Input::lock);
  auto lock = parse_lock_file(*text, *place);
  if (!lock) return refuse(lock.error(), Input::lock);
  inputs.lock = std::move(*lock);
  if (keep_texts == KeepTexts::yes) inputs.lock_text = std::move(*text);
  return {};
}

}  // namespace

tl::expected<std::optional<ConfigText>, Refusal> read_config_text(
    const Settings& settings, const std::string& working_directory) {
  const std::optional<std::string> path =
      settings.config ? settings.config : find_config(working_directory);
  if (!path) return std::optional<ConfigText>();
  auto text = read_text_file(*path, kMaxConfigBytes);
  if (!text) return refuse(text.error(), Input::config);
  return std::optional<ConfigText>(ConfigText{*path, std::move(*text)});
}

tl::expected<Inputs, Refusal> read_inputs(const Settings& settings,
                                          const std::string& working_directory,
                                          NeedsManifest needs_manifest, KeepTexts keep_texts) {
  Inputs inputs;
  if (auto read = read_config(settings, working_directory, inputs); !read) {
    return tl::unexpected(std::move(read.error()));
  }
  if (auto read = read_manifest(settings, working_directory, needs_manifest, keep_texts, inputs);
      !read) {
    return tl::unexpected(std::move(read.error()));
  }
  if (auto read = read_lock(settings, working_directory, keep_texts, inputs); !read) {
    return tl::unexpected(std::move(read.error()));
  }
  if (needs_manifest == NeedsManifest::unless_locked && !inputs.manifest && !inputs.lock) {
    return refuse(no_manifest(inputs.base), Input::manifest);
  }
  return inputs;
}

}  // namespace hubward
