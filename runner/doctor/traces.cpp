#include "runner/doctor/traces.h"

namespace hubward {

std::vector<WriterGuess> writers_by(const Traces& traces) {
  std::vector<WriterGuess> guesses;
  const auto say = [&](bool is_so, const char* who, const char* because) {
    if (is_so) guesses.push_back({who, because});
  };
  say(traces.is_shared, "huggingface_hub 1.32 or newer", "its bytes lie in the shared store");
  say(traces.weak_etag, "hf-hub 0.x behind a proxy", "its blob lies in blobs/W, by a weak etag");
  say(traces.snapshot_is_no_commit, "@huggingface/hub, a file at a time",
      "the snapshot is named by something else than a commit");
  say(traces.listing && traces.listing_is_private,
      "huggingface_hub 1.22 or newer, by snapshot_download",
      "trees/ has the commit's listing, readable by its owner alone");
  say(traces.listing && !traces.listing_is_private,
      "hubward fetch, or huggingface_hub with its listing's mode changed",
      "trees/ has the commit's listing, readable by all");
  say(traces.ref_of_commit, "hf-hub 0.x", "refs/ has a ref that is named by the commit itself");
  say(traces.rust_lock, "hf-hub 0.4.1 or newer 0.x, or huggingface_hub before 0.19",
      "a lock file lies beside the blob");
  say(traces.python_lock, "huggingface_hub 0.19 or newer, hf-hub 1.x, or hubward fetch",
      ".locks/ has a lock file of this blob");
  say(traces.markers, "huggingface_hub or hf-hub 1.x",
      ".no_exist/ has markers of this commit, which no other client writes");
  say(traces.is_copy && traces.blob_beside_copy,
      "a copy that followed links, hf-hub 1.x on Windows, or @huggingface/hub without links",
      "the snapshot has a plain file, and blobs/ the same bytes");
  say(traces.is_copy && !traces.blob_beside_copy,
      "huggingface_hub without symbolic links, or a copy that followed them",
      "the snapshot has a plain file, and blobs/ nothing of it");
  say(traces.blob_is_private, "huggingface_hub before 0.23",
      "its blob is readable by its owner alone");
  say(!traces.any_ref && !traces.snapshot_is_no_commit, "a download of a pinned commit",
      "no ref names the commit, so hf-hub 0.x did not write it");
  const bool has_lock = traces.rust_lock || traces.python_lock;
  say(!has_lock && !traces.is_copy && !traces.listing,
      "hf-hub 0.3 or 0.4.0, @huggingface/hub, or whoever cleared the locks away",
      "there is no lock file of this blob");
  return guesses;
}

}  // namespace hubward
