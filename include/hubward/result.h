// How every fallible function of hubward answers: a value, or an Error that says what could not be
// done and who may care. Damage in a cache is never an Error (see finding.h), and a mistake in a
// user's text is a Diagnostic first; an Error means that hubward itself could not do its work.
#pragma once

#include <tl/expected.hpp>

#include <string>
#include <utility>

namespace hubward {

/// The kinds a caller can act upon. The exit codes they lead to stand in runner/cli/exit_code.cpp.
enum class ErrorKind {
  usage,            ///< the command line or a HUBWARD_ variable is wrong
  bad_input,        ///< a manifest, lock, configuration or report cannot be understood
  no_such_input,    ///< a file or directory that the user named does not exist
  hub_unreachable,  ///< no answer from the Hub
  io,               ///< a system call failed that hubward cannot do without
  try_later,        ///< rate-limited, or locked by another process
  denied,           ///< the Hub refused: no token, a wrong token, a gated repo
};

struct Error {
  ErrorKind kind;
  std::string where;  ///< a path, FILE:LINE:COL, or a URL without its query; may be empty
  std::string what;   ///< one sentence in the user's words, shown as it stands; may hold newlines
                      ///< when several diagnostics are joined
  int sys_errno = 0;  ///< 0 when no system call failed
};

/// A T or an Error. Unlike tl::expected it may not be ignored.
/// Chain with HUBWARD_TRY, one per line: and_then does not compile on a derived class.
template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
};

/// Makes the failed side of any Result.
inline tl::unexpected<Error> fail(ErrorKind kind, std::string where, std::string what,
                                  int sys_errno = 0) {
  return tl::unexpected<Error>(Error{kind, std::move(where), std::move(what), sys_errno});
}

}  // namespace hubward

#define HUBWARD_JOIN_INNER(a, b) a##b
#define HUBWARD_JOIN(a, b) HUBWARD_JOIN_INNER(a, b)

/// `HUBWARD_TRY(const Manifest manifest, parse_manifest(text));` declares or assigns the value, or
/// returns the error from the enclosing function.
#define HUBWARD_TRY(declaration, expression)                                      \
  auto HUBWARD_JOIN(result_at_, __LINE__) = (expression);                         \
  if (!HUBWARD_JOIN(result_at_, __LINE__)) {                                      \
    return tl::unexpected(std::move(HUBWARD_JOIN(result_at_, __LINE__).error())); \
  }                                                                               \
  declaration = std::move(*HUBWARD_JOIN(result_at_, __LINE__))

/// The same for a Result<void>.
#define HUBWARD_TRY_VOID(expression)                                              \
  if (auto HUBWARD_JOIN(result_at_, __LINE__) = (expression);                     \
      !HUBWARD_JOIN(result_at_, __LINE__)) {                                      \
    return tl::unexpected(std::move(HUBWARD_JOIN(result_at_, __LINE__).error())); \
  }
