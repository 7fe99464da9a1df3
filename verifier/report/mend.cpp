#include "verifier/report/mend.h"

#include "verifier/text/show.h"
#include <hubward/repo_id.h>

#include <fmt/format.h>

#include <algorithm>

namespace hubward {
namespace {

enum class Means : std::uint8_t {
  advice_only,
  fetch,
  verify_again,
  remove,
  remove_folder,
  write_ref
};

// `repair` will mend what these codes name; until it is there, a new download does where it can.
Means means_for_repair(FindingCode code) {
  if (code == FindingCode::ref_whitespace || code == FindingCode::ref_drift) {
    return Means::write_ref;
  }
  if (code == FindingCode::absent_marker_conflict) return Means::remove;
  if (code == FindingCode::pointer_absolute) return Means::advice_only;
  return Means::fetch;
}

Means means_of(const Finding& finding) {
  switch (finding.remedy) {
    case Remedy::fetch:
      return finding.finding_class <= FindingClass::incomplete ? Means::fetch : Means::advice_only;
    case Remedy::repair: return means_for_repair(finding.code);
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

std::string commit_for_ref(const Finding& finding) {
  const std::string& text = finding.code == FindingCode::ref_drift && finding.expected
                                ? *finding.expected
                                : finding.commit;
  return CommitId::parse(text) ? text : std::string();
}

std::string command_for(Means means, const std::vector<const Finding*>& places,
                        std::string_view cache_path) {
  if (means == Means::advice_only) return {};
  if (means == Means::fetch) return std::string(kFetchCommand);
  if (means == Means::verify_again) return "hubward verify";
  // The others name a place: one command stands for one place only.
  const Finding& first = *places.front();
  if (places.size() != 1 || first.path.empty()) return {};
  const std::string word = shell_word(fmt::format("{}/{}", cache_path, first.path));
  if (word.empty()) return {};
  if (means == Means::remove) return "rm -- " + word;
  if (means == Means::remove_folder) return "rm -r -- " + word;
  const std::string commit = commit_for_ref(first);
  return commit.empty() ? std::string() : fmt::format("printf %s {} > {}", commit, word);
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

Mending mending_of(const std::vector<const Finding*>& places, std::string_view cache_path) {
  const Finding& first = *places.front();
  return {text_of(first.code).advice, command_for(means_of(first), places, cache_path)};
}

}  // namespace hubward
