// The manifest decides what complete means, so nothing in it is guessed at or skipped: a line that
// is not understood stops everything, and all such lines are named at once.
#include "verifier/asked/manifest_entry.h"
#include "verifier/asked/manifest_line.h"
#include "verifier/text/diagnostic.h"
#include "verifier/text/nearest.h"
#include "verifier/text/show.h"
#include "verifier/text/utf8.h"
#include <hubward/manifest.h>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace hubward {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// The line that `text` begins with, cut off from it, without LF or CRLF.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// Said, and false, when the line is too long or not UTF-8.
bool is_readable(std::string_view line, int number, Diagnostics& diagnostics) {
  if (line.size() > kMaxManifestLine) {
    diagnostics.error(
        {.line = number, .column = 1},
        fmt::format("the line has {} bytes, the most is {}", line.size(), kMaxManifestLine));
    return false;
  }
  for (int column = 1; !line.empty(); ++column) {
    const Utf8Step step = first_character(line);
    if (!step.valid) {
      diagnostics.error({.line = number, .column = column},
                        fmt::format("the byte {} is not UTF-8", show(line.substr(0, 1))));
      return false;
    }
    line.remove_prefix(step.size);
  }
  return true;
}

/// The drafts in file order, one per repo and revision.
class Drafts {
 public:
  explicit Drafts(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void take(const ManifestLine& line) {
    auto draft = draft_entry(line, diagnostics_);
    if (!draft) return;
    const auto [known, is_new] =
        index_.try_emplace({draft->entry.repo, draft->entry.revision}, drafts_.size());
    if (is_new) {
      drafts_.push_back(std::move(*draft));
    } else {
      unite(drafts_[known->second], std::move(*draft), line.place, diagnostics_);
    }
  }

  std::vector<ManifestEntry> finish_all() {
    std::vector<ManifestEntry> entries;
    entries.reserve(drafts_.size());
    for (DraftEntry& draft : drafts_) entries.push_back(finish(std::move(draft), diagnostics_));
    return entries;
  }

 private:
  Diagnostics& diagnostics_;  // outlives this object
  std::vector<DraftEntry> drafts_;
  std::map<std::pair<RepoId, Revision>, std::size_t> index_;
};

/// How far an entry is from what a person typed: not at all when its id holds the text, for people
/// shorten; else by its whole id or by its name alone, as an owner is easily forgotten.
std::size_t distance(const RepoId& repo, std::string_view id) {
  const std::string qualified = repo.qualified();
  // clang 14 cannot compile std::ranges::search.
  const auto held =
      std::search(qualified.begin(), qualified.end(), id.begin(), id.end(), equal_but_for_case);
  if (!id.empty() && held != qualified.end()) return 0;
  return std::min(
      {edit_distance(repo.id(), id), edit_distance(qualified, id), edit_distance(repo.name(), id)});
}

}  // namespace

std::string_view to_string(Profile profile) {
  switch (profile) {
    case Profile::automatic: return "auto";
    case Profile::tokenizer: return "tokenizer";
    case Profile::all: return "all";
  }
  return "";
}

std::optional<Profile> ManifestEntry::effective_profile() const {
  if (profile) return profile;
  if (!gguf.empty() || !files.empty()) return std::nullopt;
  return Profile::automatic;
}

Result<Manifest> parse_manifest(std::string_view text, const std::string& path) {
  Diagnostics diagnostics(path);
  if (text.size() > kMaxManifestBytes) {
    diagnostics.error({}, fmt::format("the manifest has {} bytes, the most is {}", text.size(),
                                      kMaxManifestBytes));
    return tl::unexpected(diagnostics.joined());
  }
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    diagnostics.error({}, "the manifest is UTF-16; save it as UTF-8");
    return tl::unexpected(diagnostics.joined());
  }
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());

  Drafts drafts(diagnostics);
  for (int number = 1; !text.empty(); ++number) {
    const std::string_view line = take_line(text);
    if (!is_readable(line, number, diagnostics)) continue;
    if (const auto words = split_manifest_line(line, number, diagnostics)) drafts.take(*words);
  }
  Manifest manifest{.path = path, .entries = drafts.finish_all()};
  if (manifest.entries.empty() && diagnostics.empty())
    diagnostics.error({}, "the manifest names no model");
  if (!diagnostics.empty()) return tl::unexpected(diagnostics.joined());
  return manifest;
}

std::string nearest_id(const Manifest& manifest, std::string_view id) {
  id = id.substr(0, id.find('@'));  // a revision says nothing about the name
  const auto nearest_entry = std::ranges::min_element(
      manifest.entries, {}, [id](const ManifestEntry& entry) { return distance(entry.repo, id); });
  return nearest_entry == manifest.entries.end() ? "" : nearest_entry->repo.manifest_spelling();
}

}  // namespace hubward
