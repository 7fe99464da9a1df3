// The lock that real clients hold while they write a blob: flock on `.locks/<repo>/<etag>.lock`.
// Source: hub-cache-format 2.10; huggingface_hub >= 0.19 and hf-hub 1.x. Advice, not safety: on
// Lustre, GPFS and some NFS it excludes nobody, so correctness rests on names of one's own and
// renames.
#pragma once

#include "verifier/cache/unique_fd.h"
#include <hubward/result.h>

#include <optional>
#include <string>

namespace hubward {

/// Held until it is destroyed; the file stays, as the clients leave it.
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
