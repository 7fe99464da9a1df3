// What real clients leave behind is fit to be saved, and what a prune leaves of it they would still
// load: the caches that they wrote are recorded under fixtures/caches/clients.

#include "tests/support/files.h"
#include "tests/support/recipe.h"
#include "tests/support/report_view.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <string>
#include <vector>

namespace hubward::test {
namespace {

/// But for the one that a client has written wrongly itself, as its recipe says.
std::vector<std::string> sound_recordings() {
  std::vector<std::string> folders = recipe_folders("caches/clients");
  const auto wrong = std::remove(folders.begin(), folders.end(),
                                 "fixtures/caches/clients/huggingface-hub-js-0.21.0-tag");
  EXPECT_EQ(folders.end() - wrong, 1);
  folders.erase(wrong, folders.end());
  return folders;
}

class GateOnClients : public testing::TestWithParam<std::string> {
 protected:
  BinaryAnswer run(const std::string& command, const std::string& manifest,
                   const std::vector<std::string>& args = {}) {
    prepared_.recipe.command = command;
    prepared_.recipe.args = args;
    prepared_.recipe.manifest.reset();
    if (!manifest.empty()) prepared_.recipe.manifest = manifest;
    BinaryCall call = prepared_.verify_call("json");
    call.as = As::ourselves;  // --prune deletes what the test has written
    return run_binary(call);
  }

  /// The first repo folder of the cache, and a line of a manifest that asks for it.
  std::string first_repo() const {
    std::vector<std::string> names;
    for (const auto& each : std::filesystem::directory_iterator(prepared_.cache->path())) {
      if (each.path().filename().string().starts_with("models--")) {
        names.push_back(each.path().filename().string());
      }
    }
    std::sort(names.begin(), names.end());
    return names.empty() ? std::string() : names.front();
  }
  std::string line_for(const std::string& folder) const {
    const std::string place = *prepared_.cache / folder;
    std::string id = folder.substr(std::string("models--").size());
    if (const std::size_t cut = id.find("--"); cut != std::string::npos) id.replace(cut, 2, "/");
    if (exists(place + "/refs/main")) return "models/" + id + "\n";
    const auto commit = std::filesystem::directory_iterator(place + "/snapshots")->path();
    return "models/" + id + "@" + commit.filename().string() + "\n";
  }

  PreparedCache prepared_ = prepare_recipe(GetParam());
};

TEST_P(GateOnClients, AreFitAsTheClientLeftThem) {
  const BinaryAnswer answer = run("gate", "");
  EXPECT_EQ(answer.exit_code, 0) << answer.out << answer.err;
}

TEST_P(GateOnClients, AreUnfitWithWhatAKilledDownloadLeaves) {
  const std::string blobs = *prepared_.cache / (first_repo() + "/blobs/");
  const std::string etag(64, '0');
  for (const char* left : {".incomplete", ".0123abcd.incomplete", ".part", ".sync.part", ".lock"}) {
    write_file(blobs + etag + left, "half");
    EXPECT_EQ(run("gate", "").exit_code, 1) << left;
    remove_tree(blobs + etag + left);
  }
}

TEST_P(GateOnClients, AfterAPruneTheManifestIsCompleteAndNothingElseIsThere) {
  const std::string folder = first_repo();
  const std::string manifest = line_for(folder);
  write_file(*prepared_.cache / "models--nobody--asks/refs/main", std::string(40, 'd'));
  const SeenReport before = read_report(run("verify", manifest).out);
  ASSERT_EQ(before.verdict, "complete") << manifest;

  const BinaryAnswer pruned = run("gate", manifest, {"--prune", "--yes"});
  EXPECT_EQ(pruned.exit_code, 0) << pruned.out << pruned.err;
  const SeenReport after = read_report(run("verify", manifest).out);
  EXPECT_EQ(after.verdict, "complete");
  EXPECT_EQ(after.repos.front().basis, before.repos.front().basis);
  EXPECT_EQ(after.repos.front().commit, before.repos.front().commit);
  for (const auto& each : std::filesystem::directory_iterator(prepared_.cache->path())) {
    const std::string name = each.path().filename().string();
    EXPECT_TRUE(name == folder || name.find("--") == std::string::npos) << name;
  }
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name;
  for (const char letter : info.param.substr(info.param.rfind('/') + 1)) {
    name += std::isalnum(static_cast<unsigned char>(letter)) != 0 ? letter : '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Recorded, GateOnClients, testing::ValuesIn(sound_recordings()), test_name);

}  // namespace
}  // namespace hubward::test
