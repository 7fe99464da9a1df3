// What `doctor` looks at from this process: files of a login, files of package managers, the event
// of a CI job. All else in its room comes in as arguments.
#pragma once

#include "runner/cli/surroundings.h"
#include "runner/doctor/dependencies.h"
#include "runner/doctor/tokens.h"
#include "runner/doctor/workflows.h"

#include <string>
#include <vector>

namespace hubward {

SecretReader secret_reader();
/// Of the working directory.
std::vector<UsedClient> used_clients_of(const Surroundings& surroundings);
/// How .github/workflows of the working directory, or of the checkout above it, stores a cache.
StoringAnswer storing_of_checkout(const Surroundings& surroundings, const std::string& cache);
/// The text behind GITHUB_EVENT_PATH; empty when there is none, or too much.
std::string event_text(const Surroundings& surroundings);
bool is_folder_there(const std::string& path);

}  // namespace hubward
