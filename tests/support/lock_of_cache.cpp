#include "tests/support/lock_of_cache.h"

#include "tests/support/files.h"

#include <algorithm>
#include <filesystem>
#include <vector>

namespace hubward::test {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> below(const fs::path& folder) {
  std::vector<fs::path> paths;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    if (!at->is_directory() || at->is_symlink()) paths.push_back(at->path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::string file_part(const fs::path& pointer, const fs::path& snapshot) {
  const std::string name = fs::path(read_link(pointer)).filename();
  const std::string text = "\n  [[repo.file]]\n  path = \"";
  return text + pointer.lexically_relative(snapshot).string() +
         "\"\n  size = " + std::to_string(fs::file_size(pointer)) + "\n  oid = \"" +
         (name.size() == 64 ? "sha256:" : "sha1:") + name + "\"\n";
}

/// "models--org--name" -> "org/name"; empty for another type.
std::string model_of(std::string folder) {
  const std::string prefix = "models--";
  if (folder.compare(0, prefix.size(), prefix) != 0) return {};
  folder.erase(0, prefix.size());
  if (const std::size_t dashes = folder.find("--"); dashes != std::string::npos) {
    folder.replace(dashes, 2, "/");
  }
  return folder;
}

std::string repo_part(const fs::path& repo, const fs::path& ref) {
  const std::string commit = read_file(ref);
  const fs::path snapshot = repo / "snapshots" / commit;
  std::string text =
      "\n[[repo]]\nid = \"" + model_of(repo.filename()) + "\"\ntype = \"model\"\nrevision = \"" +
      ref.lexically_relative(repo / "refs").string() + "\"\ncommit = \"" + commit + "\"\n";
  for (const fs::path& pointer : below(snapshot)) text += file_part(pointer, snapshot);
  return text;
}

}  // namespace

std::string lock_of_cache(const std::string& hub) {
  std::string text = "version = 1\n";
  std::vector<fs::path> repos;
  for (const auto& entry : fs::directory_iterator(hub)) repos.push_back(entry.path());
  std::sort(repos.begin(), repos.end());
  for (const fs::path& repo : repos) {
    if (model_of(repo.filename()).empty() || !fs::is_directory(repo / "refs")) continue;
    for (const fs::path& ref : below(repo / "refs")) text += repo_part(repo, ref);
  }
  return text;
}

}  // namespace hubward::test
