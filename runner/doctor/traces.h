// Which client wrote a file, by what it left around it: each has habits of its own, and none signs.
// So this says who leaves such a trace, and never more. Pure.
// Source: hub-cache-format 2.2-2.11, 9.
#pragma once

#include <string>
#include <vector>

namespace hubward {

/// What lies around one file.
struct Traces {
  bool is_copy = false;             ///< a plain file in the snapshot
  bool blob_beside_copy = false;    ///< … and a blob of those bytes as well
  bool is_shared = false;           ///< its bytes lie in the store that repos share
  bool python_lock = false;         ///< .locks/<repo>/<etag>.lock
  bool rust_lock = false;           ///< blobs/<etag>.lock
  bool listing = false;             ///< trees/<commit>.json
  bool listing_is_private = false;  ///< … of mode 0600
  bool ref_of_commit = false;       ///< refs/<commit>, which holds itself
  bool any_ref = false;             ///< some ref names this commit
  bool markers = false;             ///< .no_exist of this commit
  bool weak_etag = false;           ///< the blob lies in blobs/W/
  bool snapshot_is_no_commit = false;
  bool blob_is_private = false;  ///< mode 0600
};

struct WriterGuess {
  std::string who;      ///< "huggingface_hub 1.32 or newer"
  std::string because;  ///< "the bytes lie in the shared store"
};

/// The surest first. Empty when nothing tells.
std::vector<WriterGuess> writers_by(const Traces& traces);

}  // namespace hubward
