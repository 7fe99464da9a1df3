// The project's own downloader as `run` and `fetch` start it, and the token that a command may find
// in a file.
#pragma once

#include "runner/fetch/fetcher.h"
#include "runner/launch/environment.h"
#include "runner/launch/watched.h"

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hubward {

/// `[run] bridge_token`.
struct BridgeWish {
  bool is_wanted = false;
  std::optional<std::string> token;  ///< as every client resolves it; nullopt: there is none
  std::string account_home;          ///< for an environment without HOME
};

/// @param environment  the command's, as it will be
/// @param run_env      `[run.env]` of the command, whose HF_TOKEN comes before the wish's
/// @return nullopt where nothing is wanted, or there is no token
std::optional<Bridge> bridge_for(const BridgeWish& wish, std::span<const std::string> environment,
                                 const std::map<std::string, std::string>& run_env,
                                 const std::string& cache_path,
                                 std::function<void(const Error&)> complain);

struct OwnDownload {
  std::vector<std::string> command;    ///< `[fetch] command`
  std::vector<std::string> inherited;  ///< environment
  EnvironmentRequest environment;      ///< mode and `[run.env]` are not looked at
  BridgeWish bridge;
  std::string cache_path;
  std::function<void(const Error&)> complain;  ///< about the bridge
};

/// Whether there is such a program, to be told before anything is changed for it.
/// Errors: bad_input.
Result<void> expect_downloader(const OwnDownload& download);

/// Starts it in mode online and waits for it. Must be called while the process has one thread.
tl::expected<FetchEnding, StartFailure> run_own_download(const OwnDownload& download,
                                                         const InheritedSignals& inherited,
                                                         const MonotonicClock& clock);

}  // namespace hubward
