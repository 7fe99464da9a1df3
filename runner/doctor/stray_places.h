// Directories that a client has made where nobody looks for them: a literal `~`, which most clients
// do not expand; `.cache/huggingface/hub` in the working directory, of an hf-hub between 1.0's
// release candidates and its release; a cache within the cache, where HF_HUB_CACHE was meant and
// HF_HOME was set. Source: hub-cache-format 1.3, 8.4 (#72).
#pragma once

#include "runner/doctor/places.h"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace hubward {

struct StrayPlace {
  std::string path;  ///< absolute, raw bytes
  std::string why;   ///< a sentence, safe for eyes
};

/// @param is_folder  whether a directory stands there
/// @param cache      hubward's own
std::vector<StrayPlace> stray_places(const std::string& working_directory, const std::string& cache,
                                     std::span<const ClientPlace> places,
                                     const std::function<bool(const std::string&)>& is_folder);

}  // namespace hubward
