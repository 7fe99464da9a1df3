// Which folder belongs to which repo: names only, no disk. Source: hub-cache-format 2.1;
// huggingface_hub 1.x, file_download.py (repo_folder_name).
#pragma once

#include <hubward/repo_id.h>

#include <optional>
#include <string>
#include <string_view>

namespace hubward {

/// "models--org--name".
std::string folder_name(const RepoId& repo);
/// nullopt for names that no valid id gives.
std::optional<RepoId> repo_of_folder(std::string_view name);

/// Names that other programs leave beside or in a cache and that mean nothing: ".locks",
/// "CACHEDIR.TAG", "version*.txt", ".DS_Store", "Thumbs.db", "desktop.ini".
bool is_harmless_in_root(std::string_view name);
/// The file browsers' own: ".DS_Store", "Thumbs.db", "desktop.ini".
bool is_browser_litter(std::string_view name);

/// In blobs/: a partial download (".incomplete", ".part", "tmp_…"). Source: hub-cache-format 2.9.
bool is_partial_name(std::string_view name);
/// In blobs/: "<etag>.lock" of hf-hub 0.x and huggingface_hub < 0.19. Source:
/// hub-cache-format 2.10.
bool is_lock_name(std::string_view name);
/// In refs/: "<ref>.<8 hex>.tmp" of a killed huggingface_hub >= 1.18.
bool is_ref_temporary(std::string_view name);

/// Where the shared store keeps its payloads, beneath the cache root, and its marker.
inline constexpr std::string_view kSharedStore = "blobs";
/// The payload "blobs/HH/HASH" that a repo's blob link names when it has exactly the form
/// "../../blobs/HH/HASH" with HH the first digits of 64 hex; empty otherwise.
std::string shared_payload_of(std::string_view link_text);

}  // namespace hubward
