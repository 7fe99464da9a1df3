#include "tests/fuzz/door.h"
#include "tests/fuzz/promise.h"
#include "verifier/text/repo_path.h"
#include <hubward/manifest.h>

#include <set>
#include <tuple>

namespace hubward::fuzz {
namespace {

void hold(const ManifestEntry& entry) {
  const auto again = RepoId::parse(entry.repo.type(), entry.repo.id());
  promise(again && *again == entry.repo, "an id that was taken is one: " + entry.repo.id());
  promise(Revision::parse(entry.revision.text()).has_value(), "a revision that was taken is one");
  promise(entry.line >= 1, "an entry knows its line");
  for (const std::string& path : entry.gguf) {
    promise(!fault_of_listed_path(path), "a gguf path stays in its snapshot: " + path);
  }
  for (const auto& globs : {entry.files, entry.never}) {
    for (const std::string& glob : globs) promise(!glob.empty(), "no glob is empty");
  }
}

}  // namespace

void open_manifest(std::string_view bytes) {
  const auto manifest = parse_manifest(bytes, "m.txt");
  if (!manifest) return promise_diagnostics(manifest.error(), "m.txt");
  promise(!manifest->entries.empty(), "a manifest has an entry");
  std::set<std::tuple<RepoId, Revision>> named;
  for (const ManifestEntry& entry : manifest->entries) {
    hold(entry);
    promise(named.emplace(entry.repo, entry.revision).second, "lines of one repo are united");
  }
  promise(!nearest_id(*manifest, bytes.substr(0, 200)).empty(), "some entry is the nearest");
}

}  // namespace hubward::fuzz
