// What GitHub Actions is told of a report: annotations, a step's outputs and summary. Nothing of it
// unless this runs there or `--format github` asks for it.
#pragma once

#include "runner/ci/github_output.h"
#include "runner/cli/flags.h"
#include "runner/cli/settings.h"
#include "runner/cli/surroundings.h"
#include "verifier/report/github.h"
#include <hubward/report.h>

#include <string>
#include <vector>

namespace hubward {

bool is_in_actions(const Surroundings& surroundings);
/// That, or `--format github`.
bool is_for_github(const Settings& settings, const Surroundings& surroundings);

/// Manifest and lock beneath GITHUB_WORKSPACE, links of folders resolved; beneath the working
/// directory where that is not set.
CheckoutFiles checkout_files(const Report& report, const Surroundings& surroundings);

/// Appends to GITHUB_OUTPUT `own`, then verdict, cache-path, and report where one goes to a file as
/// JSON; appends a summary; and says the annotations on standard error, lest they stand within a
/// result, unless they are one of the formats that were asked for. What cannot be written is said,
/// and costs nothing.
void tell_github(const Report& report, Command command, const Settings& settings,
                 const Surroundings& surroundings, std::vector<StepOutput> own = {});

/// The outputs alone. As above.
void tell_outputs(const std::vector<StepOutput>& outputs, const Surroundings& surroundings);

}  // namespace hubward
