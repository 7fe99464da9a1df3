// hubward --explain CODE prints the documentation itself, so that the two cannot disagree.
#include "runner/cli/help.h"
#include "verifier/text/nearest.h"
#include "verifier/text/show.h"
#include <hubward/finding.h>

#include <fmt/format.h>

#include <vector>

namespace hubward {
namespace {

/// From the heading of `code` to the next one.
std::string_view section_of(std::string_view page, std::string_view code) {
  const std::string heading = fmt::format("\n## {}\n", code);
  const std::size_t begin = page.find(heading);
  if (begin == std::string_view::npos) return {};
  page.remove_prefix(begin + 1);
  return page.substr(0, page.find("\n## "));
}

/// Markdown that is read as it stands: no emphasis, no heading marks.
std::string plain(std::string_view markdown) {
  std::string text;
  if (markdown.starts_with("## ")) markdown.remove_prefix(3);
  for (std::size_t at = 0; at < markdown.size(); ++at) {
    if (markdown.substr(at, 2) == "**") {
      ++at;
    } else {
      text += markdown[at];
    }
  }
  while (text.ends_with('\n')) text.pop_back();
  return text + "\n";
}

}  // namespace

Result<std::string> explain(std::string_view code) {
  if (const auto known = finding_code_from(code)) {
    return plain(section_of(findings_page(), to_string(*known)));
  }
  std::vector<std::string_view> names;
  for (std::size_t index = 0; index < kFindingCodeCount; ++index) {
    names.push_back(to_string(static_cast<FindingCode>(index)));
  }
  return fail(ErrorKind::usage, "--explain",
              fmt::format("`{}` is no finding code; the nearest one is `{}`", show(code, 100),
                          nearest(code, names)));
}

}  // namespace hubward
