#include "verifier/report/mend.h"

#include "verifier/text/show.h"

#include <fmt/format.h>

#include <algorithm>

namespace hubward {
namespace {

Means means_of(const Finding& finding) {
  switch (finding.remedy) {
    case Remedy::fetch:
      return finding.finding_class <= FindingClass::incomplete ? Means::fetch : Means::advice_only;
    case Remedy::repair: return Means::repair;
    case Remedy::remove:
      if (finding.code == FindingCode::snapshot_name) return Means::remove_folder;
      // May be a whole tree, or a name that must be looked at before anything is removed.
      if (finding.code == FindingCode::unexpected_entry ||
          finding.code == FindingCode::name_hostile) {
        return Means::advice_only;
      }
      return Means::remove;
    case Remedy::none:
      return finding.code == FindingCode::unsteady ? Means::verify_again : Means::advice_only;
  }
  return Means::advice_only;
}

std::string command_for(Means means, const std::vector<const Finding*>& places,
                        const Report& report) {
  if (means == Means::advice_only) return {};
  if (means == Means::fetch) return looking_there(kFetchCommand, report);
  if (means == Means::repair) return looking_there(kRepairCommand, report);
  if (means == Means::verify_again) return looking_there("hubward verify", report);
  // The others name a place: one command stands for one place only.
  const Finding& first = *places.front();
  if (places.size() != 1 || first.path.empty()) return {};
  const std::string word = shell_word(fmt::format("{}/{}", report.cache_path, first.path));
  if (word.empty()) return {};
  if (means == Means::remove) return "rm -- " + word;
  return "rm -r -- " + word;
}

}  // namespace

std::string shell_word(std::string_view bytes) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/@%+=:,-";
  if (bytes.empty()) return {};
  if (bytes.find_first_not_of(kPlain) == std::string_view::npos) return std::string(bytes);
  const bool has_unseen = show(bytes, bytes.size()) != bytes;
  if (has_unseen || bytes.find('\'') != std::string_view::npos) return {};
  return fmt::format("'{}'", bytes);
}

std::string looking_there(std::string_view command, const Report& report) {
  return fmt::format("{}{}", command, report.place_flags);
}

Mending mending_of(const std::vector<const Finding*>& places, const Report& report) {
  const Finding& first = *places.front();
  const Means means = means_of(first);
  return {means, text_of(first.code).advice, command_for(means, places, report)};
}

}  // namespace hubward
