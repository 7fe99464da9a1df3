#include "runner/run_download.h"

#include "runner/launch/program.h"
#include "runner/launch/token.h"

#include <utility>

namespace hubward {

std::optional<Bridge> bridge_for(const BridgeWish& wish, std::span<const std::string> environment,
                                 const std::map<std::string, std::string>& run_env,
                                 const std::string& cache_path,
                                 std::function<void(const Error&)> complain) {
  if (!wish.is_wanted) return std::nullopt;
  const auto named = run_env.find("HF_TOKEN");
  const auto token = named == run_env.end() ? wish.token : cleaned_token(named->second);
  if (!token) return std::nullopt;
  std::string home(value_of(environment, "HOME").value_or(""));
  if (home.empty()) home = wish.account_home;
  return Bridge{{.token = *token, .home = std::move(home), .cache_path = cache_path},
                std::move(complain)};
}

namespace {

EnvironmentList environment_of(const OwnDownload& download) {
  EnvironmentRequest request = download.environment;
  request.mode = Mode::online;
  request.run_env.clear();  // that is the command's alone
  return environment_for(download.inherited, request);
}

}  // namespace

Result<void> expect_downloader(const OwnDownload& download) {
  const auto program = find_program(download.command.front(), environment_of(download));
  if (!program) return fail(ErrorKind::bad_input, "[fetch] command", program.error().what);
  return {};
}

tl::expected<FetchEnding, StartFailure> run_own_download(const OwnDownload& download,
                                                         const InheritedSignals& inherited,
                                                         const MonotonicClock& clock) {
  EnvironmentList environment = environment_of(download);
  const auto bridge =
      bridge_for(download.bridge, environment, {}, download.cache_path, download.complain);
  const auto watched = start_and_watch({.command = download.command,
                                        .environment = std::move(environment),
                                        .streams = Streams::downloader},
                                       {}, Afterwards::as_before, inherited, clock, bridge);
  if (!watched) return tl::unexpected(watched.error());
  return FetchEnding{watched->ending.exit_code, watched->ending.asked_to_end};
}

}  // namespace hubward
