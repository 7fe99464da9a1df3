#include "verifier/report/finding_words.h"

#include "verifier/report/mend.h"
#include "verifier/text/show.h"

#include <fmt/format.h>

namespace hubward {

std::optional<TextPlace> text_place_of(const Finding& finding, const Report& report,
                                       const CheckoutFiles& files) {
  if (finding.lock_line > 0 && report.lock_path) {
    return TextPlace{files.lock, *report.lock_path, finding.lock_line};
  }
  if (finding.manifest_line > 0 && report.manifest_path) {
    return TextPlace{files.manifest, *report.manifest_path, finding.manifest_line};
  }
  return std::nullopt;
}

std::string outside_words(const TextPlace& place) {
  if (place.in_checkout) return {};
  return fmt::format("{}:{}: ", show(place.path, kMaxPathShown), place.line);
}

std::string title_of(const Finding& finding) {
  std::string title(to_string(finding.code));
  if (!finding.repo.empty()) title += fmt::format(", {}", show(finding.repo));
  if (!finding.revision.empty()) title += "@" + show(finding.revision);
  return title;
}

std::string words_of(const Finding& finding, const Report& report) {
  std::string text =
      fmt::format("{}, at {}", text_of(finding.code).meaning,
                  finding.path.empty() ? "the cache itself" : show(finding.path, kMaxPathShown));
  std::string remark(finding.damage ? to_string(*finding.damage) : "");
  if (finding.detail) remark += (remark.empty() ? "" : "; ") + *finding.detail;
  if (!remark.empty()) text += fmt::format(" ({})", remark);
  if (finding.expected) text += "\nexpected " + *finding.expected;
  if (finding.actual) text += "\nfound " + *finding.actual;
  const Mending mending = mending_of({&finding}, report);
  text += fmt::format("\nmend: {}", mending.advice);
  if (!mending.command.empty()) text += "\nwith: " + mending.command;
  return text;
}

}  // namespace hubward
