// A cache's nodes as lstat tells them, beneath one descriptor and without following anything.
#pragma once

#include "runner/doctor/file_story.h"

#include <string>

namespace hubward {

/// Keeps the cache's folder open. Where that cannot be opened, nothing is there.
NodeReader nodes_of(const std::string& cache_path);

}  // namespace hubward
