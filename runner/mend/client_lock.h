// The locks that real clients hold while they write a blob: flock on `.locks/<repo>/<etag>.lock`
// (huggingface_hub >= 0.19, hf-hub 1.x), or on `blobs/<etag>.lock` (hf-hub 0.4.3 to 0.5).
// Source: hub-cache-format 2.10. Advice, not safety: on Lustre, GPFS and some NFS it excludes
// nobody, so correctness rests on names of one's own and renames.
#pragma once

#include "verifier/cache/unique_fd.h"
#include <hubward/result.h>

#include <optional>
#include <string>

namespace hubward {

/// Held until it is destroyed; the file stays, as the clients leave it.
/// Whether an hf-hub 0.x is writing the blob now. Its lock is waited for and not taken: that client
/// fails after five seconds where it is held, and where it is not, brings the same bytes under a
/// name of its own. A file that nobody holds is what each of its downloads leaves; 0.4.1, which
/// locks by the file's mere existence, cannot be told from that.
/// @param blobs  an open directory
bool is_held_by_hf_hub_0(int blobs, const std::string& etag);

class ClientLock {
 public:
  /// Does not wait: nullopt while another process holds it.
  /// @param cache   an open directory
  /// @param folder  the repo's, "models--org--name"
  /// Errors: io.
  static Result<std::optional<ClientLock>> try_take(int cache, const std::string& folder,
                                                    const std::string& etag);

 private:
  explicit ClientLock(UniqueFd file) : file_(std::move(file)) {}
  UniqueFd file_;
};

}  // namespace hubward
