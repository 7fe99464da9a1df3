#include "tests/fuzz/door.h"
#include "tests/fuzz/promise.h"
#include "verifier/text/glob.h"

#include <string>

namespace hubward::fuzz {

void open_glob(std::string_view bytes) {
  const std::size_t end = bytes.find('\n');
  const std::string pattern(bytes.substr(0, end));
  const std::string path(end == std::string_view::npos ? "" : bytes.substr(end + 1));
  const bool matches = glob_matches(pattern, path);
  promise(glob_matches("*", path), "a star matches all");
  if (glob_is_literal(pattern)) {
    promise(matches == (pattern == path), "a literal matches itself alone");
  }
  if (matches) {
    promise(glob_matches("*" + pattern, "x" + path), "a star before a match takes what is before");
    promise(glob_matches(pattern + "*", path + "x"), "a star behind a match takes what is behind");
  }
  promise(glob_matches(pattern + "/", pattern + "/") || !glob_is_literal(pattern),
          "a final slash takes all below");
}

}  // namespace hubward::fuzz
