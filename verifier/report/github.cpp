#include "verifier/report/github.h"

#include "verifier/text/show.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace hubward {
namespace {

enum class Kind : unsigned char { error, warning, notice };

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::error: return "error";
    case Kind::warning: return "warning";
    case Kind::notice: return "notice";
  }
  return "error";
}

Kind kind_of(const Finding& finding) {
  switch (finding.finding_class) {
    case FindingClass::hostile:
    case FindingClass::corrupt:
    case FindingClass::incomplete: return Kind::error;
    case FindingClass::warning: return Kind::warning;
    case FindingClass::note: return Kind::notice;
  }
  return Kind::error;
}

std::string command(Kind kind, const std::string& properties, std::string_view text) {
  return fmt::format("::{}{}{}::{}\n", to_string(kind), properties.empty() ? "" : " ", properties,
                     escaped_data(text));
}

std::string annotation(const Finding& finding, const Report& report, const CheckoutFiles& files) {
  const auto place = text_place_of(finding, report, files);
  std::string properties;
  if (place && place->in_checkout) {
    properties =
        fmt::format("file={},line={},", escaped_property(show(*place->in_checkout)), place->line);
  }
  properties += "title=" + escaped_property("hubward: " + title_of(finding));
  return command(kind_of(finding), properties,
                 (place ? outside_words(*place) : "") + words_of(finding, report));
}

std::string annotations_of(Kind kind, const Report& report, const CheckoutFiles& files) {
  std::vector<const Finding*> all;  // the worst come first in a report
  for (const Finding& finding : report.findings) {
    if (kind_of(finding) == kind) all.push_back(&finding);
  }
  const std::size_t shown = all.size() > kMaxAnnotations ? kMaxAnnotations - 1 : all.size();
  std::string lines;
  for (std::size_t i = 0; i < shown; ++i) lines += annotation(*all[i], report, files);
  if (shown < all.size()) {
    lines += command(kind, "title=hubward",
                     fmt::format("and {} more; the job summary lists them", all.size() - shown));
  }
  return lines;
}

std::string escaped(std::string_view text, std::string_view marks) {
  std::string out;
  for (const char c : text) {
    if (marks.find(c) == std::string_view::npos) {
      out += c;
    } else {
      fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

}  // namespace

std::string render_github(const Report& report, const CheckoutFiles& files, Verbosity verbosity) {
  std::string lines = annotations_of(Kind::error, report, files);
  lines += annotations_of(Kind::warning, report, files);
  if (verbosity == Verbosity::verbose) lines += annotations_of(Kind::notice, report, files);
  return lines;
}

std::string escaped_data(std::string_view text) { return escaped(text, "%\r\n"); }

std::string escaped_property(std::string_view text) { return escaped(text, "%\r\n:,"); }

}  // namespace hubward
