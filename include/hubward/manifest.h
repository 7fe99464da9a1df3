// The manifest: which models the tests load, a line each. The grammar is in docs/manifest.md.
#pragma once

#include <hubward/repo_id.h>
#include <hubward/result.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

/// Which files of a repo a load needs; see docs/manifest.md for the lists.
enum class Profile : unsigned char { automatic, tokenizer, all };

/// "auto", "tokenizer", "all".
std::string_view to_string(Profile profile);

struct ManifestEntry {
  RepoId repo;
  Revision revision;
  /// nullopt: no `profile:` option. Then `gguf:` or `file:` alone replace `auto`.
  std::optional<Profile> profile;
  std::vector<std::string> gguf;   ///< literal paths, judged safe; required
  std::vector<std::string> files;  ///< globs; what they match is required
  std::vector<std::string> never;  ///< globs; what they match is never required; beats the others
  bool optional = false;
  int line = 0;  ///< 1-based, of the first line that names this repo and revision

  /// The profile that applies: the one given, `automatic` where nothing else is asked, none where
  /// `gguf:` or `file:` stand alone.
  std::optional<Profile> effective_profile() const;
};

struct Manifest {
  std::string path;                    ///< as shown to people; "-" for standard input
  std::vector<ManifestEntry> entries;  ///< in file order, one per (type, id, revision)
};

/// Largest accepted manifest and line, in bytes.
inline constexpr std::size_t kMaxManifestBytes = std::size_t{1024} * 1024;
inline constexpr std::size_t kMaxManifestLine = 4096;

/// Reads a manifest's text.
///
/// Finds every error before it gives up: Error::what then holds one "FILE:LINE:COL: error: …" a
/// line and Error::where is empty. A manifest without entries is an error too.
/// @param text  UTF-8, a BOM and CRLF accepted
/// @param path  for messages only; nothing is opened
/// Errors: bad_input. Thread safety: pure.
Result<Manifest> parse_manifest(std::string_view text, const std::string& path);

/// The entry of `manifest` nearest to `id` (whose `@revision` is passed over), spelled as in a
/// manifest, for "the nearest is"; empty only without entries.
std::string nearest_id(const Manifest& manifest, std::string_view id);

}  // namespace hubward
