// The lock of a healthy cache, written apart from the code that writes locks: every repo with a
// ref, each file of its snapshot by the name of its blob.
#pragma once

#include <string>

namespace hubward::test {

/// @param hub  the cache's path; caches without symlinks have no blob names, and are not for this
std::string lock_of_cache(const std::string& hub);

}  // namespace hubward::test
