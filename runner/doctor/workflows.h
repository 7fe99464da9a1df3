// What a project's GitHub workflows store of a cache, as far as their text tells: a cache that is
// filled in one directory and stored from another is empty on every run, and one that is stored
// with the folder above it takes the token of a login along. Pure. YAML is read by lines, which is
// enough for `path:` below a step of actions/cache; what is computed there is passed over.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

struct StoredPath {
  std::string path;  ///< as written: "~/.cache/huggingface"
  int line = 0;      ///< 1-based
};

/// The literal paths of its steps that store or restore a cache.
std::vector<StoredPath> stored_paths_in(std::string_view workflow);

struct Workflow {
  std::string file;  ///< as a person in the checkout writes it
  std::vector<StoredPath> stored;
};

/// How those paths lie to a cache.
enum class Storing : unsigned char {
  nothing_known,  ///< no workflow names a path that could be told
  elsewhere,      ///< they name paths, and none of them holds this cache
  cache,          ///< the cache itself, or a part of it
  with_token,     ///< a folder above it, in which a login keeps its token
};

struct StoringAnswer {
  Storing storing = Storing::nothing_known;
  std::string place;  ///< "FILE:LINE" of the path that decided; safe for eyes
  std::string path;   ///< that path, as written; safe for eyes
};

/// @param cache      absolute
/// @param checkout   absolute: what relative paths stand on
/// @param home       for `~`; empty: such a path cannot be told
StoringAnswer storing_of(std::span<const Workflow> workflows, const std::string& cache,
                         const std::string& checkout, const std::string& home);

}  // namespace hubward
