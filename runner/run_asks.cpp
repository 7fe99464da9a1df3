#include "runner/run_asks.h"

#include <unistd.h>

namespace hubward {

EnvironmentRequest environment_of(const RunRequest& request, Mode mode) {
  EnvironmentRequest environment{
      .mode = mode, .drop_token = request.drop_token, .run_env = request.run_env};
  if (request.set_cache_variables) environment.cache_dir = request.verify.cache_path;
  environment.login_file = request.login_file;
  return environment;
}

QuarantineRequest quarantine_of(const RunRequest& request,
                                std::chrono::system_clock::time_point utc) {
  return {.cache_path = request.verify.cache_path,
          .directory = request.quarantine_dir,
          .utc = utc,
          .pid = ::getpid()};
}

}  // namespace hubward
