#include "verifier/report/github.h"

#include "verifier/report/mend.h"
#include "verifier/text/show.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace hubward {
namespace {

/// The runner shows some 64 KiB of all of them; a path may have 4,096 bytes.
constexpr std::size_t kMaxShown = 1024;

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

class Annotation {
 public:
  Annotation(const Finding& finding, const Report& report, const CheckoutFiles& files)
      : finding_(finding), report_(report) {
    if (finding.lock_line > 0 && report.lock_path) {
      place_at(files.lock, *report.lock_path, finding.lock_line);
    } else if (finding.manifest_line > 0 && report.manifest_path) {
      place_at(files.manifest, *report.manifest_path, finding.manifest_line);
    }
  }

  std::string line() const {
    std::string properties = place_;
    if (!properties.empty()) properties += ',';
    properties += "title=" + escaped_property(title());
    return command(kind_of(finding_), properties, text());
  }

 private:
  void place_at(const std::optional<std::string>& in_checkout, const std::string& path, int line) {
    if (in_checkout) {
      place_ = fmt::format("file={},line={}", escaped_property(show(*in_checkout)), line);
    } else {
      outside_ = fmt::format("{}:{}: ", show(path, kMaxShown), line);
    }
  }

  std::string title() const {
    std::string title = fmt::format("hubward: {}", hubward::to_string(finding_.code));
    if (!finding_.repo.empty()) title += fmt::format(", {}", show(finding_.repo));
    if (!finding_.revision.empty()) title += "@" + show(finding_.revision);
    return title;
  }

  std::string text() const {
    std::string text =
        fmt::format("{}{}, at {}", outside_, text_of(finding_.code).meaning,
                    finding_.path.empty() ? "the cache itself" : show(finding_.path, kMaxShown));
    std::string remark(finding_.damage ? hubward::to_string(*finding_.damage) : "");
    if (finding_.detail) remark += (remark.empty() ? "" : "; ") + *finding_.detail;
    if (!remark.empty()) text += fmt::format(" ({})", remark);
    if (finding_.expected) text += "\nexpected " + *finding_.expected;
    if (finding_.actual) text += "\nfound " + *finding_.actual;
    const Mending mending = mending_of({&finding_}, report_.cache_path);
    text += fmt::format("\nmend: {}", mending.advice);
    if (!mending.command.empty()) text += "\nwith: " + mending.command;
    return text;
  }

  const Finding& finding_;  // both outlive this object
  const Report& report_;
  std::string place_;
  std::string outside_;
};

std::string annotations_of(Kind kind, const Report& report, const CheckoutFiles& files) {
  std::vector<const Finding*> all;  // the worst come first in a report
  for (const Finding& finding : report.findings) {
    if (kind_of(finding) == kind) all.push_back(&finding);
  }
  const std::size_t shown = all.size() > kMaxAnnotations ? kMaxAnnotations - 1 : all.size();
  std::string lines;
  for (std::size_t i = 0; i < shown; ++i) lines += Annotation(*all[i], report, files).line();
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
