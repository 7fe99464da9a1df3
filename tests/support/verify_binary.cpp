#include "tests/support/verify_binary.h"

#include "tests/support/files.h"
#include "tests/support/json_schema.h"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

namespace hubward::test {

VerifyAnswer verify_by_binary(const CacheBuilder& cache, const std::string& manifest,
                              const std::vector<std::string>& args) {
  BinaryCall call{.args = {"verify", "--cache-dir", cache.path(), "--format", "json"},
                  .folder = cache.surroundings(),
                  .as = As::nobody};
  if (!manifest.empty()) {
    write_file(call.folder + "/model_manifest.txt", manifest);
    call.args.insert(call.args.end(), {"--manifest", call.folder + "/model_manifest.txt"});
  }
  call.args.insert(call.args.end(), args.begin(), args.end());
  VerifyAnswer answer{.raw = run_binary(call)};
  if (!answer.raw.out.empty()) {
    EXPECT_EQ(report_violations(answer.raw.out), std::vector<std::string>());
    answer.report = read_report(answer.raw.out);
    EXPECT_EQ(answer.report.exit_code, answer.raw.exit_code);
  }
  return answer;
}

std::string fingerprint(const std::string& folder) {
  std::vector<std::string> lines;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    struct stat status {};
    if (::lstat(entry.path().c_str(), &status) != 0) {
      throw_errno("lstat", entry.path());
    }
    std::string line = entry.path().string();
    for (const auto number : {static_cast<long>(status.st_mode), static_cast<long>(status.st_size),
                              static_cast<long>(status.st_mtim.tv_sec), status.st_mtim.tv_nsec,
                              static_cast<long>(status.st_ctim.tv_sec), status.st_ctim.tv_nsec}) {
      line += " " + std::to_string(number);
    }
    if (S_ISLNK(status.st_mode)) {
      line += " -> " + std::filesystem::read_symlink(entry.path()).string();
    }
    lines.push_back(line);
  }
  std::sort(lines.begin(), lines.end());
  std::string text;
  for (const std::string& line : lines) {
    text += line + "\n";
  }
  return text;
}

}  // namespace hubward::test
