// From settings to a request: what verify and run do alike before they differ.
#pragma once

#include "runner/cli/inputs.h"
#include "runner/cli/options.h"
#include "runner/cli/settings.h"
#include "runner/cli/surroundings.h"
#include <hubward/verify.h>

#include <memory>
#include <string>
#include <vector>

namespace hubward {

struct Preparation {
  std::unique_ptr<const Inputs> inputs;  ///< `verify` borrows from it
  VerifyRequest verify;
  /// Chosen by a setting of hubward's own, which no client reads.
  bool cache_is_our_choice = false;
};

/// @param needs_manifest  no: with Scope::all and no REPO it may do without
/// Errors: as read_inputs; usage for a REPO that matches no entry.
tl::expected<Preparation, Refusal> prepare(const Settings& settings, const CommandLine& line,
                                           const Surroundings& surroundings,
                                           NeedsManifest needs_manifest = NeedsManifest::no);

/// The entries that `words` name: an id, id@revision, or with a type before it. Pure.
/// Errors: usage; names the nearest id.
Result<std::vector<std::size_t>> select_entries(const Manifest& manifest,
                                                const std::vector<std::string>& words);

}  // namespace hubward
