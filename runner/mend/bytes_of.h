// Digests of files of a cache, opened beneath it and never through a link; but for a repo's blob
// that has exactly the form of a link into the shared store, which is read where it lies.
#pragma once

#include <hubward/digest.h>
#include <hubward/result.h>

#include <string>

namespace hubward {

/// @param cache  an open directory
/// @param path   in the cache
/// Errors: io.
Result<Digest> digest_of_blob(int cache, const std::string& path, DigestAlgorithm algorithm);

struct BothDigests {
  Digest git_sha1;
  Digest sha256;
};
/// In one reading. Errors: io.
Result<BothDigests> digests_of_file(int cache, const std::string& path);

/// Whether the name is there, whatever it is.
bool is_there(int cache, const std::string& path);

}  // namespace hubward
