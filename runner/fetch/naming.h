// Digests of files that a mirror lists without any: asked for as the Python client asks, by the
// headers of the file itself. huggingface_hub from 1.22 on does not understand such a listing at
// all; earlier ones, and hf-hub, never look for a digest in it. Source: hub-cache-format 3.2, 4.4.
#pragma once

#include "runner/hub/exchange.h"
#include "runner/hub/url.h"
#include <hubward/digest.h>

#include <optional>
#include <span>
#include <string>

namespace hubward {

struct UnnamedFile {
  Url url;
  std::string page;  ///< of the repo, for people
  // Exactly one of them is filled:
  std::optional<Digest> oid;
  std::optional<FetchFailure> failure;  ///< not_found where the etag is no digest: unverifiable
};

/// One HEAD a file.
void ask_for_names(Exchange& exchange, std::span<UnnamedFile> files);

}  // namespace hubward
