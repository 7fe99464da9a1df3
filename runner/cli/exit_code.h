// The exit codes of every command but `run`: promised to the outside, never reused. `run` names
// them in the last line of a refusal, "[65 bad manifest]", because its own exit code then is always
// 125.
#pragma once

#include <hubward/result.h>

#include <string_view>

namespace hubward {

int exit_code_of(ErrorKind kind);

/// Of what a download and a verification end in, the one to exit with: 74 > 2 > 75 > 77 > 69 > 1 >
/// 0.
int worse_code(int left, int right);

/// The text of the user that an Error is about, where there is one.
enum class Input : unsigned char { command_line, config, manifest, lock, cache };

/// A few words beside exit_code_of(kind): "bad manifest", "usage", "no such input".
std::string_view reason_of(ErrorKind kind, Input input);

}  // namespace hubward
