// `[fetch] command`: the project's own script, which knows what the tests load. Its word counts for
// nothing but its exit code: which of the reasons in the contract's 9.2 it gave up for.
#pragma once

#include "runner/fetch/fetcher.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace hubward {

/// Starts a command in the online environment, its output on standard error, and waits for it.
using RunDownloader = std::function<FetchEnding(const std::vector<std::string>& command)>;
/// Whether it could be started. Errors: bad_input.
using LookForDownloader = std::function<Result<void>(const std::vector<std::string>& command)>;

/// What a person calls it, safe for eyes; empty when no command is configured.
std::string downloader_name(const std::vector<std::string>& command);

/// nullptr when no command is configured.
std::unique_ptr<Fetcher> choose_fetcher(const std::vector<std::string>& command, RunDownloader run,
                                        LookForDownloader look);

}  // namespace hubward
