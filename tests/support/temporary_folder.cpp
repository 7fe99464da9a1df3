#include "tests/support/temporary_folder.h"

#include "tests/support/files.h"

#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>

namespace hubward::test {
namespace {

std::string base_folder() {
  const char* asked = std::getenv("TMPDIR");
  const std::string base = asked != nullptr && *asked == '/' ? asked : "/tmp";
  std::error_code error;
  const std::string resolved = std::filesystem::canonical(base, error).string();
  if (error || !others_may_reach(resolved + "/x")) {
    return "/tmp";
  }
  return resolved;
}

}  // namespace

bool others_may_reach(const std::string& path) {
  for (std::string folder = parent_of(path); !folder.empty(); folder = parent_of(folder)) {
    struct stat status {};
    if (::stat(folder.c_str(), &status) != 0 || (status.st_mode & S_IXOTH) == 0) {
      return false;
    }
  }
  return true;
}

TemporaryFolder::TemporaryFolder() : path_(base_folder() + "/hubward-test-XXXXXX") {
  if (::mkdtemp(path_.data()) == nullptr) {
    throw_errno("mkdtemp", path_);
  }
  if (::chmod(path_.c_str(), 0755) != 0) {
    throw_errno("chmod", path_);
  }
}

TemporaryFolder::~TemporaryFolder() {
  try {
    remove_tree(path_);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "left behind: %s\n", error.what());
  }
}

}  // namespace hubward::test
