// hubward's own downloader as `run` and `fetch` use it: the real Hub, the real clock, the signals
// of this process.
#pragma once

#include "runner/fetch/downloader.h"
#include "runner/fetch/fetcher.h"
#include "verifier/asked/config.h"
#include <hubward/report.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

struct BuiltInRequest {
  VerifyRequest verify;                  ///< where the cache is, what is asked for
  FetchConfig fetch;                     ///< after flags
  std::vector<std::string> environment;  ///< "NAME=value"
  std::optional<std::string> token;
  std::optional<std::chrono::seconds> lock_timeout;
  Leaving leaving = {};  ///< as DownloadRequest
  bool plan_only = false;
};

struct BuiltInPorts {
  Clock* clock = nullptr;                          ///< outlives the call
  std::function<void(std::string_view line)> say;  ///< to standard error, without its newline
  std::function<Result<void>(const std::string& path_in_cache)> set_aside;
  /// As DownloadPorts::proven.
  std::function<void(const FileIdentity&, const Digest&)> proven;
  ProgressKind progress = ProgressKind::now_and_then;
  std::function<void(std::string_view bytes)> draw;  ///< as ProgressPorts has it
  std::function<Screen()> screen;
};

struct BuiltInEnding {
  int exit_code = 0;
  std::optional<int> asked_to_end;  ///< INT, TERM or HUP, which came meanwhile
  std::vector<std::string> plan;    ///< as Downloaded, all three
  std::vector<Action> planned;
  std::vector<std::string> brought;
  std::string again_at = {};  ///< as FetchEnding
  std::string summary;        ///< "3 files, 1.2 MB in 0.4 s; 5 requests, 0 retries, 0.0 s waited"
};

/// Indexes into the manifest of the entries that lack something, by a verification's word.
std::vector<std::size_t> lacking_entries(const VerifyRequest& verify, const Report& report);

/// Whether there is a host to ask, and a token that can be sent there. Errors: usage.
Result<void> expect_endpoint(const BuiltInRequest& request);

/// Brings what these entries lack. Failures are said, one line each.
/// Errors: usage (endpoint or token), io.
Result<BuiltInEnding> fetch_built_in(const BuiltInRequest& request, const Report& report,
                                     const BuiltInPorts& ports);

}  // namespace hubward
