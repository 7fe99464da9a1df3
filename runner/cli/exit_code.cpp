#include "runner/cli/exit_code.h"

#include <algorithm>
#include <array>

namespace hubward {
namespace {

std::string_view bad(Input input) {
  switch (input) {
    case Input::command_line: return "bad input";
    case Input::config: return "bad config";
    case Input::manifest: return "bad manifest";
    case Input::lock: return "bad lock";
    case Input::cache: return "bad input";
  }
  return "bad input";
}

std::string_view absent(Input input) {
  switch (input) {
    case Input::command_line: return "no such input";
    case Input::config: return "no config";
    case Input::manifest: return "no manifest";
    case Input::lock: return "no lock";
    case Input::cache: return "no cache directory";
  }
  return "no such input";
}

}  // namespace

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

int worse_code(int left, int right) {
  constexpr std::array kOrder = {74, 2, 75, 77, 69, 1, 0};
  return *std::ranges::find_if(kOrder, [&](int code) { return code == left || code == right; });
}

std::string_view reason_of(ErrorKind kind, Input input) {
  switch (kind) {
    case ErrorKind::usage: return "usage";
    case ErrorKind::bad_input: return bad(input);
    case ErrorKind::no_such_input: return absent(input);
    case ErrorKind::hub_unreachable: return "hub unreachable";
    case ErrorKind::io: return "i/o error";
    case ErrorKind::try_later: return "try later";
    case ErrorKind::denied: return "denied";
  }
  return "i/o error";
}

}  // namespace hubward
