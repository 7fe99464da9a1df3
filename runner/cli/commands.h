// One function a command. Each returns the exit code and has said all that there is to say.
#pragma once

#include "runner/cli/options.h"
#include "runner/cli/settings.h"
#include "runner/cli/surroundings.h"

namespace hubward {

int verify_command(const CommandLine& line, const Settings& settings,
                   const Surroundings& surroundings);
int run_command(const CommandLine& line, const Settings& settings,
                const Surroundings& surroundings);
int fetch_command(const CommandLine& line, const Settings& settings,
                  const Surroundings& surroundings);
int repair_command(const CommandLine& line, const Settings& settings,
                   const Surroundings& surroundings);
int gate_command(const CommandLine& line, const Settings& settings,
                 const Surroundings& surroundings);
int key_command(const CommandLine& line, const Settings& settings,
                const Surroundings& surroundings);
int lock_command(const CommandLine& line, const Settings& settings,
                 const Surroundings& surroundings);
int doctor_command(const CommandLine& line, const Settings& settings,
                   const Surroundings& surroundings);
int merge_command(const CommandLine& line, const Settings& settings,
                  const Surroundings& surroundings);

/// Needs no settings: a shell asks it in the middle of a line.
int completion_command(const CommandLine& line, const Surroundings& surroundings);

/// The whole of hubward, from its arguments to its exit code.
/// @param arguments  without the program's own name
int run_command_line(const std::vector<std::string>& arguments, Surroundings surroundings);

}  // namespace hubward
