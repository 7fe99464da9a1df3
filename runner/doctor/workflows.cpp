#include "runner/doctor/workflows.h"

#include "verifier/cache/pointer.h"
#include "verifier/text/show.h"

#include <fmt/core.h>

#include <algorithm>

namespace hubward {
namespace {

struct Line {
  std::size_t indent = 0;
  std::string_view text;  ///< without the indent and a list's dash
  int number = 0;
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    std::size_t indent = line.find_first_not_of(' ');
    if (indent == std::string_view::npos || line[indent] == '#') continue;
    line.remove_prefix(indent);
    // A key behind a dash is one of the step's, and stands where the others do.
    if (line.starts_with("- ")) {
      line.remove_prefix(2);
      indent += 2;
    }
    lines.push_back({indent, line, number});
  }
  return lines;
}

/// A scalar's text, without quotes or a comment behind it.
std::string_view unquoted(std::string_view text) {
  const bool is_quoted = text.starts_with('"') || text.starts_with('\'');
  if (!is_quoted) return text.substr(0, text.find(" #"));
  const std::size_t end = text.find(text.front(), 1);
  return end == std::string_view::npos ? std::string_view() : text.substr(1, end - 1);
}

bool stores_a_cache(std::string_view uses) {
  return uses.starts_with("actions/cache@") || uses.starts_with("actions/cache/");
}

void take_path(std::string_view text, int line, std::vector<StoredPath>& paths) {
  const std::string_view path = trimmed(unquoted(text));
  // What an expression makes of it, or takes out again, cannot be told.
  if (path.empty() || path.starts_with('!') || path.find("${{") != std::string_view::npos) return;
  if (path.find_first_of("*?$") != std::string_view::npos) return;
  paths.push_back({std::string(path), line});
}

/// The value of `path:` at `at`, on its line or in the block below it.
void read_path(const std::vector<Line>& lines, std::size_t at, std::vector<StoredPath>& paths) {
  constexpr std::string_view kKey = "path:";
  const Line& key = lines[at];
  std::string_view value = key.text.substr(kKey.size());
  while (value.starts_with(' ')) value.remove_prefix(1);
  const bool is_block = value.starts_with('|') || value.starts_with('>');
  if (!is_block) return take_path(value, key.number, paths);
  for (++at; at < lines.size() && lines[at].indent > key.indent; ++at) {
    take_path(lines[at].text, lines[at].number, paths);
  }
}

/// "/a/b" holds "/a/b" and "/a/b/c".
bool holds(std::string_view folder, std::string_view path) {
  return path.starts_with(folder) &&
         (path.size() == folder.size() || path[folder.size()] == '/' || folder == "/");
}

std::optional<std::string> absolute(const std::string& path, const std::string& checkout,
                                    const std::string& home) {
  if (!path.starts_with('~')) return lexically_joined(checkout == "/" ? "" : checkout, path);
  if (home.empty() || (path.size() > 1 && path[1] != '/')) return std::nullopt;
  return lexically_joined("", home + path.substr(1));
}

}  // namespace

std::vector<StoredPath> stored_paths_in(std::string_view workflow) {
  const std::vector<Line> lines = lines_of(workflow);
  std::vector<StoredPath> paths;
  std::optional<std::size_t> step;  // the indent of the keys of a step that stores
  for (std::size_t at = 0; at < lines.size(); ++at) {
    const Line& line = lines[at];
    constexpr std::string_view kUses = "uses:";
    if (step && line.indent < *step) step.reset();
    if (line.text.starts_with(kUses)) {
      std::string_view uses = line.text.substr(kUses.size());
      while (uses.starts_with(' ')) uses.remove_prefix(1);
      step = stores_a_cache(unquoted(uses)) ? std::optional(line.indent) : std::nullopt;
    } else if (step && line.indent > *step && line.text.starts_with("path:")) {
      read_path(lines, at, paths);
    }
  }
  return paths;
}

StoringAnswer storing_of(std::span<const Workflow> workflows, const std::string& cache,
                         const std::string& checkout, const std::string& home) {
  StoringAnswer answer;
  for (const Workflow& workflow : workflows) {
    for (const StoredPath& stored : workflow.stored) {
      const auto path = absolute(stored.path, checkout, home);
      if (!path) continue;
      const bool is_above = holds(*path, cache);
      const Storing storing = is_above && *path != cache        ? Storing::with_token
                              : is_above || holds(cache, *path) ? Storing::cache
                                                                : Storing::elsewhere;
      if (storing <= answer.storing) continue;
      answer = {storing, fmt::format("{}:{}", show(workflow.file, 200), stored.line),
                show(stored.path, 300)};
    }
  }
  return answer;
}

}  // namespace hubward
