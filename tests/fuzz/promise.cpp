#include "tests/fuzz/promise.h"

#include "verifier/text/utf8.h"

#include <algorithm>

namespace hubward::fuzz {
namespace {

bool is_safe_for_eyes(std::string_view text, Lines lines) {
  while (!text.empty()) {
    const Utf8Step step = first_character(text);
    const bool line_end = step.code == '\n' && lines == Lines::many;
    if (!step.valid || (is_unseen(step.code) && !line_end)) return false;
    text.remove_prefix(step.size);
  }
  return true;
}

// "1:12: error: …"
bool is_placed(std::string_view rest) {
  for (int number = 0; number < 2; ++number) {
    const std::size_t digits = rest.find_first_not_of("0123456789");
    if (digits == 0 || digits == std::string_view::npos || rest[digits] != ':') return false;
    if (rest.front() == '0') return false;
    rest.remove_prefix(digits + 1);
  }
  constexpr std::string_view kError = " error: ";
  return rest.starts_with(kError) && rest.size() > kError.size();
}

}  // namespace

void promise(bool kept, const std::string& what) {
  if (!kept) throw BrokenPromise(what);
}

void promise_safe_for_eyes(std::string_view text, Lines lines) {
  promise(is_safe_for_eyes(text, lines), "what is shown is safe for eyes: " + std::string(text));
}

void promise_diagnostics(const Error& error, std::string_view file) {
  promise(error.kind == ErrorKind::bad_input, "a text that is refused is bad input");
  promise_safe_for_eyes(error.what, Lines::many);
  std::string_view rest = error.what;
  promise(!rest.empty(), "a refusal says why");
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    promise(line.starts_with(file) && line.substr(file.size()).starts_with(":") &&
                is_placed(line.substr(file.size() + 1)),
            "a diagnostic names file, line and column: " + std::string(line));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

}  // namespace hubward::fuzz
