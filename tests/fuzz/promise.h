// What a door holds its answers against.
#pragma once

#include <hubward/result.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace hubward::fuzz {

struct BrokenPromise : std::logic_error {
  using std::logic_error::logic_error;
};

/// @param what  the promise, as a sentence
void promise(bool kept, const std::string& what);

/// UTF-8 without a control, bidi or zero-width character; a line end only where `lines` allows it.
enum class Lines { one, many };
void promise_safe_for_eyes(std::string_view text, Lines lines);

/// bad_input, and one "FILE:LINE:COL: error: …" a line.
void promise_diagnostics(const Error& error, std::string_view file);

}  // namespace hubward::fuzz
