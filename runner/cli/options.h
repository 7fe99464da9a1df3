// The command line as a value: which command, which flags with which texts, which words. What the
// texts mean is settings.h's business.
//
// Under `run` everything from the first word on belongs to CMD: `hubward run rake -v` must hand -v
// to rake. A parser of option lists cannot know that, so the words are counted first.
#pragma once

#include "runner/cli/flags.h"
#include <hubward/result.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

struct CommandLine {
  Command command = Command::none;
  /// The texts in order; "true" for a flag that takes nothing.
  std::map<Flag, std::vector<std::string>> flags;
  std::vector<std::string> words;        ///< REPO…, or the topic of help
  std::vector<std::string> run_command;  ///< CMD and its arguments, untouched
};

/// The command that the arguments name, also when the rest of them is wrong.
Command command_of(const std::vector<std::string>& arguments);

/// What can be told of a `run` whose command line is wrong: where a report of it was wanted, and
/// whether it was to change nothing. Nothing where -C says to look elsewhere.
CommandLine what_can_be_told_of(const std::vector<std::string>& arguments);

/// @param arguments  without the program's own name
/// Errors: usage; an unknown flag or command names the nearest known one, when it may be meant.
Result<CommandLine> parse_command_line(const std::vector<std::string>& arguments);

}  // namespace hubward
