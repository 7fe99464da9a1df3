#include "runner/cli/saving.h"

#include "runner/cli/text_file.h"
#include "runner/cli/tokens.h"
#include "verifier/text/show.h"

#include <fmt/format.h>

#include <filesystem>
#include <string_view>

namespace hubward {
namespace {

constexpr std::string_view kFlag = "--saving";

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

tl::unexpected<Error> refuse(std::string_view line, std::string_view why) {
  return fail(ErrorKind::usage, std::string(kFlag), fmt::format("`{}` {}", show(line, 200), why));
}

Result<std::string> path_of(std::string_view line, const Surroundings& surroundings) {
  if (line.starts_with('!')) {
    return refuse(line,
                  "is an exclusion, which hubward does not follow; name the paths that are saved");
  }
  if (line.find_first_of("*?[") != std::string_view::npos) {
    return refuse(line, "is a pattern, which hubward does not follow; name the path itself");
  }
  if (line.find('\\') != std::string_view::npos) {
    return refuse(line, "holds a backslash, which is no part of a plain path");
  }
  if (line.starts_with('~') && line != "~" && !line.starts_with("~/")) {
    return refuse(line, "names another account's home, which actions/cache does not know");
  }
  HUBWARD_TRY(const std::string expanded, expand_user(line, location_request(surroundings)));
  std::string path =
      std::filesystem::path(beneath(surroundings.working_directory, expanded)).lexically_normal();
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  if (path == "/") return refuse(line, "is the whole file system");
  return path;
}

}  // namespace

Result<std::vector<std::string>> saving_paths(const std::vector<std::string>& texts,
                                              const Surroundings& surroundings) {
  std::vector<std::string> paths;
  for (const std::string& text : texts) {
    std::size_t found = 0;
    for (std::string_view rest = text; !rest.empty();) {
      const std::size_t end = rest.find('\n');
      const std::string_view line = trimmed(rest.substr(0, end));
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
      if (line.empty() || line.starts_with('#')) continue;
      HUBWARD_TRY(std::string path, path_of(line, surroundings));
      paths.push_back(std::move(path));
      ++found;
    }
    if (found == 0) return refuse(text, "names no path");
  }
  return paths;
}

}  // namespace hubward
