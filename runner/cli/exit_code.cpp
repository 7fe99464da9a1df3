#include "runner/cli/exit_code.h"

namespace hubward {

int exit_code_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage: return 64;
    case ErrorKind::bad_input: return 65;
    case ErrorKind::no_such_input: return 66;
    case ErrorKind::hub_unreachable: return 69;
    case ErrorKind::io: return 74;
    case ErrorKind::try_later: return 75;
    case ErrorKind::denied: return 77;
  }
  return 74;
}

}  // namespace hubward
