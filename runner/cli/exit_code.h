// The exit codes of every command but `run`: promised to the outside, never reused.
#pragma once

#include <hubward/result.h>

namespace hubward {

int exit_code_of(ErrorKind kind);

}  // namespace hubward
