// What the guard saw, for people: on standard error, and as annotations of GitHub Actions.
#pragma once

#include <hubward/guard_report.h>

#include <span>
#include <string>
#include <vector>

namespace hubward {

/// "hubward: guard: warning: …" for each. Lines end in newlines; safe for eyes.
std::string guard_warning_lines(std::span<const std::string> warnings);

/// "hubward: guard: refused: huggingface.co (192.0.2.1 port 443, connect), 3 times: …" for each
/// row, up to twenty. Lines end in newlines; safe for eyes.
std::string guard_lines(const GuardReport& guard);

/// The same without what makes it lines of a log.
std::vector<std::string> guard_sentences(const GuardReport& guard);

/// "3 attempts to leave the machine"; "no attempt to leave the machine"; or why nobody has counted.
std::string guard_clause(const GuardReport& guard);

/// A line for each row, up to ten: errors where they were refused, else warnings.
/// Source: actions/runner, ActionCommand.cs; it shows ten of a kind in a step.
std::string guard_annotations(const GuardReport& guard);

}  // namespace hubward
