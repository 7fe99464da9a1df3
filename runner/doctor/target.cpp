#include "runner/doctor/target.h"

#include "verifier/text/repo_path.h"
#include "verifier/text/show.h"

#include <fmt/core.h>

#include <algorithm>

namespace hubward {
namespace {

RepoType take_type(std::string_view& word) {
  for (const RepoType type :
       {RepoType::model, RepoType::dataset, RepoType::space, RepoType::kernel}) {
    const std::string prefix = std::string(plural(type)) + "/";
    if (!word.starts_with(prefix)) continue;
    word.remove_prefix(prefix.size());
    return type;
  }
  return RepoType::model;
}

/// The first `parts` parts of a path; nullopt when it has fewer.
std::optional<std::string_view> first_parts(std::string_view text, int parts) {
  std::size_t end = 0;
  for (int part = 0; part < parts; ++part) {
    if (end > text.size()) return std::nullopt;
    const std::size_t slash = text.find('/', end);
    if (slash == std::string_view::npos) {
      return part + 1 == parts ? std::optional(text) : std::nullopt;
    }
    end = slash + 1;
  }
  return text.substr(0, end - 1);
}

bool is_in_manifest(const Manifest* manifest, const RepoId& repo) {
  return manifest != nullptr && std::ranges::any_of(manifest->entries, [&](const auto& entry) {
           return entry.repo == repo;
         });
}

std::vector<std::string> known_revisions(const TargetGround& ground, const RepoId& repo) {
  std::vector<std::string> known = ground.revisions_of(repo);
  if (ground.manifest == nullptr) return known;
  for (const ManifestEntry& entry : ground.manifest->entries) {
    if (entry.repo == repo) known.push_back(entry.revision.text());
  }
  return known;
}

Revision usual_revision(const Manifest* manifest, const RepoId& repo) {
  if (manifest == nullptr) return Revision::main();
  for (const ManifestEntry& entry : manifest->entries) {
    if (entry.repo == repo) return entry.revision;
  }
  return Revision::main();
}

/// "refs/pr/1/config.json": the longest known revision that it begins with, else its first part.
std::string_view revision_in(std::string_view text, const std::vector<std::string>& known) {
  std::string_view longest;
  for (const std::string& name : known) {
    const bool begins =
        text.starts_with(name) && (text.size() == name.size() || text[name.size()] == '/');
    if (begins && name.size() > longest.size()) longest = text.substr(0, name.size());
  }
  return longest.empty() ? text.substr(0, text.find('/')) : longest;
}

Result<DoctorTarget> with_file(DoctorTarget target, std::string_view file) {
  if (file.starts_with('/')) file.remove_prefix(1);
  if (file.empty()) return target;
  if (const auto fault = fault_of_listed_path(file)) {
    return fail(ErrorKind::usage, "", fmt::format("`{}`: {}", show(file, 200), *fault));
  }
  target.file = file;
  return target;
}

/// An id of so many parts at the beginning of `word`, if it is one that somebody knows.
Result<std::optional<DoctorTarget>> try_parts(std::string_view word, RepoType type, int parts,
                                              const TargetGround& ground) {
  const std::size_t at = word.find('@');
  const auto id =
      at == std::string_view::npos ? first_parts(word, parts) : std::optional(word.substr(0, at));
  const bool is_other = !id || std::ranges::count(*id, '/') + 1 != parts;
  const auto repo = is_other ? fail(ErrorKind::usage, "", "") : RepoId::parse(type, *id);
  if (!repo || (!is_in_manifest(ground.manifest, *repo) && !ground.is_cached(*repo))) {
    return std::optional<DoctorTarget>();
  }
  DoctorTarget target{*repo, usual_revision(ground.manifest, *repo), ""};
  std::string_view rest = word.substr(id->size());
  if (at != std::string_view::npos) {
    rest = word.substr(at + 1);
    const std::string_view name = revision_in(rest, known_revisions(ground, *repo));
    HUBWARD_TRY(target.revision, Revision::parse(name));
    rest.remove_prefix(name.size());
  }
  HUBWARD_TRY(target, with_file(std::move(target), rest));
  return std::optional(std::move(target));
}

}  // namespace

Result<DoctorTarget> read_target(std::string_view word, const TargetGround& ground) {
  std::string_view rest = word;
  const RepoType type = take_type(rest);
  for (const int parts : {2, 1}) {
    HUBWARD_TRY(auto target, try_parts(rest, type, parts, ground));
    if (target) return std::move(*target);
  }
  std::string what = fmt::format("`{}` is a repo of neither manifest nor cache", show(word, 200));
  const std::string near =
      ground.manifest == nullptr ? "" : nearest_id(*ground.manifest, std::string(word));
  if (!near.empty()) what += fmt::format("; did you mean `{}`?", show(near));
  return fail(ErrorKind::usage, "", std::move(what));
}

}  // namespace hubward
