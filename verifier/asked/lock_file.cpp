// Reads the lock strictly: a key that is passed over, or a path that is joined unjudged, would make
// the one text that proves anything mean something else than its reviewer read.
#include "verifier/text/diagnostic.h"
#include "verifier/text/repo_path.h"
#include "verifier/text/show.h"
#include "verifier/text/toml_door.h"
#include "verifier/text/toml_fields.h"
#include <hubward/lock_file.h>

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

namespace hubward {
namespace {

constexpr std::int64_t kLockVersion = 1;
constexpr std::string_view kTypeNames[] = {"model", "dataset", "space", "kernel"};
/// As kTypeNames.
constexpr RepoType kTypes[] = {RepoType::model, RepoType::dataset, RepoType::space,
                               RepoType::kernel};

template <class T>
std::optional<T> accepted(Result<T> result, Place place, Diagnostics& diagnostics) {
  if (result) return std::move(*result);
  diagnostics.error(place, result.error().what);
  return std::nullopt;
}

std::optional<CommitId> read_commit(TomlFields& fields, Diagnostics& diagnostics) {
  const auto given = fields.text("commit");
  if (!given) return std::nullopt;
  auto commit = CommitId::parse(given->text);
  if (!commit)
    diagnostics.error(given->place, fmt::format("the commit \"{}\" is not 40 lowercase hex digits",
                                                show(given->text, 100)));
  return commit;
}

/// Paths of one repo: judged, and each only once, be it a file or absent.
class PathBook {
 public:
  explicit PathBook(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void enter(const PlacedText& path) {
    if (const auto fault = fault_of_listed_path(path.text)) {
      diagnostics_.error(path.place,
                         fmt::format("the path \"{}\" {}", show(path.text, 200), *fault));
      return;
    }
    const auto [first, is_new] = lines_.try_emplace(path.text, path.place.line);
    if (!is_new)
      diagnostics_.error(path.place, fmt::format("the path \"{}\" already stands in line {}",
                                                 show(path.text, 200), first->second));
  }

 private:
  Diagnostics& diagnostics_;  // outlives this book
  std::map<std::string, int> lines_;
};

std::vector<std::string> read_absent(TomlFields& fields, PathBook& paths) {
  std::vector<std::string> absent;
  const auto given = fields.texts("absent");
  if (!given) return absent;
  for (const PlacedText& path : given->items) {
    paths.enter(path);
    absent.push_back(path.text);
  }
  std::ranges::sort(absent);
  return absent;
}

std::optional<Digest> read_oid(TomlFields& fields, Diagnostics& diagnostics) {
  const auto given = fields.text("oid");
  if (!given) return std::nullopt;
  auto oid = Digest::from_tagged(given->text);
  if (!oid)
    diagnostics.error(given->place,
                      fmt::format("the oid \"{}\" is neither sha1: and 40 nor sha256: and 64 "
                                  "lowercase hex digits",
                                  show(given->text, 100)));
  return oid;
}

/// 64 hex digits, with or without the "sha256:" that an oid has.
std::optional<Digest> read_sha256(TomlFields& fields, Diagnostics& diagnostics) {
  const auto given = fields.text("sha256");
  if (!given) return std::nullopt;
  auto digest = Digest::from_tagged(given->text);
  if (!digest) digest = Digest::from_hex(given->text);
  if (digest && digest->algorithm() == DigestAlgorithm::sha256) return digest;
  diagnostics.error(given->place, fmt::format("the sha256 \"{}\" is not 64 lowercase hex digits",
                                              show(given->text, 100)));
  return std::nullopt;
}

std::optional<LockedFile> read_file(const TomlTable& table, Place place, PathBook& paths,
                                    Diagnostics& diagnostics) {
  TomlFields fields(table, "[[repo.file]]", diagnostics);
  fields.require({"path", "size", "oid"}, place);
  const auto path = fields.text("path");
  const auto size = fields.number("size", 0, std::numeric_limits<std::int64_t>::max());
  const auto oid = read_oid(fields, diagnostics);
  const auto sha256 = read_sha256(fields, diagnostics);
  fields.report_unknown();
  if (path) paths.enter(*path);
  if (oid && sha256 && oid->algorithm() == DigestAlgorithm::sha256 && *oid != *sha256)
    diagnostics.error(place, "oid and sha256 of this file name different bytes");
  if (!path || !size || !oid) return std::nullopt;
  return LockedFile{.path = path->text,
                    .size = static_cast<std::uint64_t>(*size),
                    .oid = *oid,
                    .sha256 = sha256,
                    .line = place.line};
}

std::vector<LockedFile> read_files(TomlFields& fields, PathBook& paths, Diagnostics& diagnostics) {
  std::vector<LockedFile> files;
  for (const TomlValue* table : fields.tables("file"))
    if (auto file = read_file(*table->as<TomlTable>(), table->place, paths, diagnostics))
      files.push_back(std::move(*file));
  std::ranges::sort(files, {}, &LockedFile::path);
  return files;
}

/// nullopt when something is wrong; every fault is then in `diagnostics`.
std::optional<LockedRepo> read_repo(const TomlTable& table, Place place, Diagnostics& diagnostics) {
  TomlFields fields(table, "[[repo]]", diagnostics);
  fields.require({"id", "type", "revision", "commit"}, place);
  const auto id = fields.text("id");
  const auto type = fields.choice("type", kTypeNames);
  const auto revision = fields.text("revision");
  const auto commit = read_commit(fields, diagnostics);
  PathBook paths(diagnostics);
  auto files = read_files(fields, paths, diagnostics);
  auto absent = read_absent(fields, paths);
  fields.report_unknown();

  // An id is judged even where the type is wrong: all errors at once.
  std::optional<RepoId> repo;
  if (id)
    repo = accepted(RepoId::parse(kTypes[type.value_or(0)], id->text), id->place, diagnostics);
  std::optional<Revision> asked;
  if (revision) asked = accepted(Revision::parse(revision->text), revision->place, diagnostics);
  if (!repo || !type || !asked || !commit) return std::nullopt;
  if (asked->commit() && asked->commit() != commit)
    diagnostics.error(revision->place, "the revision is a commit, but another one than is locked");
  return LockedRepo{.repo = *repo,
                    .revision = *asked,
                    .commit = *commit,
                    .absent = std::move(absent),
                    .files = std::move(files),
                    .line = place.line};
}

std::vector<LockedRepo> read_repos(TomlFields& fields, Diagnostics& diagnostics) {
  std::vector<LockedRepo> repos;
  std::map<std::pair<RepoId, Revision>, int> lines;
  for (const TomlValue* table : fields.tables("repo")) {
    auto repo = read_repo(*table->as<TomlTable>(), table->place, diagnostics);
    if (!repo) continue;
    const auto [first, is_new] = lines.try_emplace({repo->repo, repo->revision}, table->place.line);
    if (!is_new)
      diagnostics.error(table->place,
                        fmt::format("{}@{} is already locked in line {}", repo->repo.qualified(),
                                    show(repo->revision.text()), first->second));
    repos.push_back(std::move(*repo));
  }
  return repos;
}

/// False, and said, when the lock is of a version that this reader does not know. Its other keys
/// are then not judged: they may mean anything.
bool is_known_version(TomlFields& fields, Diagnostics& diagnostics) {
  fields.require({"version"}, {});
  fields.number("version", kLockVersion, kLockVersion);
  return diagnostics.empty();
}

}  // namespace

const LockedRepo* LockFile::find(const RepoId& repo, const Revision& revision) const {
  const auto found = std::ranges::find_if(repos, [&](const LockedRepo& locked) {
    return locked.repo == repo && locked.revision == revision;
  });
  return found == repos.end() ? nullptr : &*found;
}

Result<LockFile> parse_lock_file(std::string_view text, const std::string& path) {
  Diagnostics diagnostics(path);
  if (text.size() > kMaxLockBytes) {
    diagnostics.error(
        {}, fmt::format("the lock has {} bytes, the most is {}", text.size(), kMaxLockBytes));
    return tl::unexpected(diagnostics.joined());
  }
  HUBWARD_TRY(const TomlTable file, parse_toml(text, path));
  TomlFields fields(file, "", diagnostics);
  LockFile lock{.path = path, .repos = {}};
  if (is_known_version(fields, diagnostics)) {
    lock.repos = read_repos(fields, diagnostics);
    fields.report_unknown();
  }
  if (!diagnostics.empty()) return tl::unexpected(diagnostics.joined());
  return lock;
}

}  // namespace hubward
