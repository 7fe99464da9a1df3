// The `[fetch] command` as `fetch` and `repair` run it: online, with the token, its output on
// standard error.
#pragma once

#include "runner/cli/preparation.h"
#include "runner/cli/surroundings.h"
#include "runner/fetch/fetcher.h"
#include "runner/launch/inherited_signals.h"
#include <hubward/result.h>

#include <functional>
#include <string_view>

namespace hubward {

/// Starts prepared's `[fetch] command`, which is not empty, and waits for it.
/// @param warn  told a line, without the token
/// Errors: io when it cannot be started.
Result<FetchEnding> own_download(const Preparation& prepared, const Surroundings& surroundings,
                                 const InheritedSignals& inherited,
                                 const std::function<void(std::string_view line)>& warn);

}  // namespace hubward
