#include "runner/cli/own_download.h"

#include "runner/cli/failure.h"
#include "runner/cli/tokens.h"
#include "runner/launch/environment.h"
#include "runner/launch/private_memory.h"
#include "runner/launch/token.h"
#include "runner/run_download.h"
#include "runner/run_words.h"

#include <chrono>
#include <utility>

namespace hubward {

Result<FetchEnding> own_download(const Preparation& prepared, const Surroundings& surroundings,
                                 const InheritedSignals& inherited,
                                 const std::function<void(std::string_view line)>& warn) {
  const PrivateMemory token_stays_here;
  EnvironmentRequest environment{.login_file = login_file_of(surroundings)};
  if (prepared.cache_is_our_choice) environment.cache_dir = prepared.verify.cache_path;
  const OwnDownload download{.command = prepared.inputs->config.fetch.command,
                             .inherited = surroundings.environment,
                             .environment = std::move(environment),
                             .bridge = bridge_wish(prepared.inputs->config, surroundings),
                             .cache_path = prepared.verify.cache_path,
                             .complain = [&](const Error& error) {
                               warn("warning: bridge_token: " + sentence_of(error));
                             }};
  const auto ending =
      run_own_download(download, inherited, [] { return std::chrono::steady_clock::now(); });
  if (ending) return *ending;
  return fail(ErrorKind::io, "[fetch] command", ending.error().what);
}

}  // namespace hubward
