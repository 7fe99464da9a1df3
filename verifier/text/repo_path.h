// Judges names that came from outside before anything is joined, opened or created with them.
// Older huggingface_hub, hf-hub and @huggingface/hub validate none, so a hostile listing writes
// outside the cache (hub-cache-format 2.13).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hubward {

inline constexpr std::size_t kMaxNameBytes = 255;
inline constexpr std::size_t kMaxPathBytes = 4096;
inline constexpr std::size_t kMaxPathDepth = 32;  ///< components, counted from the repo folder

/// For a path seen on disk (relative, its parts cannot be empty, "." or ".."): control bytes,
/// "..\", drive or UNC prefixes, and the bounds above. nullopt: nothing against it; else why, in a
/// few words.
std::optional<std::string> fault_of_seen_path(std::string_view path);

/// A name of at most kMaxNameBytes with no byte that could be part of a fault, wherever it stands:
/// what nearly every name is, told without looking at its path.
bool is_ordinary_name(std::string_view name);

/// For a path in a listing, an index, a lock or a manifest: the same, and absolute, empty, "." and
/// ".." parts, a backslash, NUL. Such a path stands beneath snapshots/<commit>/, so two components
/// more are counted against the depth.
std::optional<std::string> fault_of_listed_path(std::string_view path);

}  // namespace hubward
