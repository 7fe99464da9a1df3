#include "tests/fuzz/door.h"
#include "tests/fuzz/promise.h"
#include "verifier/asked/lock_changes.h"
#include "verifier/asked/lock_text.h"
#include "verifier/text/repo_path.h"
#include <hubward/lock_file.h>

#include <algorithm>

namespace hubward::fuzz {

void open_lock(std::string_view bytes) {
  const auto lock = parse_lock_file(bytes, "m.lock.toml");
  if (!lock) return promise_diagnostics(lock.error(), "m.lock.toml");
  for (const LockedRepo& repo : lock->repos) {
    promise(lock->find(repo.repo, repo.revision) == &repo, "a repo and revision is locked once");
    for (const std::string& path : repo.absent) {
      promise(!fault_of_listed_path(path), "an absent path stays in its snapshot: " + path);
    }
    for (const LockedFile& file : repo.files) {
      promise(!fault_of_listed_path(file.path), "a path stays in its snapshot: " + file.path);
      promise(!file.sha256 || file.sha256->algorithm() == DigestAlgorithm::sha256, "sha256 is one");
    }
    const bool sorted = std::ranges::is_sorted(repo.files, std::less_equal<>(), &LockedFile::path);
    promise(sorted || repo.files.size() < 2, "files are sorted, each path once");
  }
  const std::string text = render_lock_file(*lock);
  const auto again = parse_lock_file(text, "m.lock.toml");
  promise(again.has_value(), "what is written can be read");
  promise(changes_between(*lock, *again).empty(), "and says the same");
  promise(render_lock_file(*again) == text, "and is written the same");
}

}  // namespace hubward::fuzz
