// Digests of files that a mirror lists without any: asked for as the Python client asks, by the
// headers of the file itself. huggingface_hub from 1.22 on does not understand such a listing at
// all; earlier ones, and hf-hub, never look for a digest in it. Source: hub-cache-format 3.2, 4.4.
#pragma once

#include "runner/hub/exchange.h"
#include "runner/hub/url.h"
#include "verifier/proof/tree_listing.h"
#include <hubward/manifest.h>

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace hubward {

/// The files that an entry requires among those that are listed without a digest. Borrowed.
std::vector<ListedFile*> required_unnamed(const ManifestEntry& entry, TreeListing& listing,
                                          const std::set<std::string>& unnamed);

struct UnnamedFile {
  ListedFile* file = nullptr;  ///< its oid is filled, or `failure`; borrowed
  Url url;
  std::string page;                     ///< of the repo, for people
  std::optional<FetchFailure> failure;  ///< not_found where the etag is no digest: unverifiable
};

/// One HEAD a file.
void ask_for_names(Exchange& exchange, std::span<UnnamedFile> files);

}  // namespace hubward
