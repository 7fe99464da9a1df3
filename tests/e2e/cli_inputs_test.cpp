// Which inputs the binary takes, where it finds them, and how it says that it could not.
#include "tests/support/files.h"
#include "tests/support/run_binary.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <filesystem>

namespace hubward::test {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class CliInputs : public ::testing::Test {
 protected:
  BinaryAnswer call(std::vector<std::string> args,
                    std::map<std::string, std::string> environment = {}, std::string input = "") {
    BinaryCall call;
    call.args = std::move(args);
    call.folder = folder_.path();
    call.environment = std::move(environment);
    call.input = std::move(input);
    return run_binary(call);
  }
  /// A whole cache of one repo without a listing, at ./cache.
  void make_cache() {
    const std::string commit(40, 'a');
    const std::string repo = folder_ / "cache/models--gpt2";
    // "{}" and its git id.
    write_file(repo + "/blobs/9e26dfeeb6e641a33dae4961196235bdb965b21b", "{}");
    make_link("../../blobs/9e26dfeeb6e641a33dae4961196235bdb965b21b",
              repo + "/snapshots/" + commit + "/tokenizer.json");
    write_file(repo + "/refs/main", commit);
  }

  TemporaryFolder folder_;
};

TEST_F(CliInputs, WithoutAManifestAllFivePlacesAreNamed) {
  const BinaryAnswer answer = call({"verify"});
  EXPECT_EQ(answer.exit_code, 66);
  EXPECT_EQ(answer.out, "");
  for (const std::string place : {"test/", "spec/", "tests/", "", "config/"}) {
    EXPECT_THAT(answer.err, HasSubstr(" " + place + "model_manifest.txt"));
  }
}

TEST_F(CliInputs, TheFirstOfTheFivePlacesIsTaken) {
  make_cache();
  write_file(folder_ / "config/model_manifest.txt", "absent\n");
  write_file(folder_ / "spec/model_manifest.txt", "gpt2\n");
  const BinaryAnswer answer = call({"verify", "--cache-dir", "cache"});
  EXPECT_EQ(answer.exit_code, 0) << answer.out << answer.err;
  EXPECT_THAT(answer.out, HasSubstr("manifest  spec/model_manifest.txt, 1 entry\n"));
}

TEST_F(CliInputs, ANamedManifestThatIsNotThereIs66) {
  const BinaryAnswer answer = call({"verify", "--manifest", "absent.txt"});
  EXPECT_EQ(answer.exit_code, 66);
  EXPECT_EQ(answer.err, "hubward: error: absent.txt: there is no such file\n");
}

TEST_F(CliInputs, AManifestIsReadFromStandardInput) {
  make_cache();
  const BinaryAnswer answer =
      call({"verify", "--manifest", "-", "--cache-dir", "cache"}, {}, "gpt2\n");
  EXPECT_EQ(answer.exit_code, 0) << answer.out << answer.err;
}

TEST_F(CliInputs, ABadManifestIs65WithEveryMistakeOnItsOwnLine) {
  write_file(folder_ / "m.txt", "gpt2 nonsense\nok\n-bad-\n");
  const BinaryAnswer answer = call({"verify", "--manifest", "m.txt"});
  EXPECT_EQ(answer.exit_code, 65);
  EXPECT_THAT(answer.err, StartsWith("m.txt:1:"));
  EXPECT_THAT(answer.err, HasSubstr("\nm.txt:3:"));
}

TEST_F(CliInputs, ManifestAndConfigurationMayHaveOneMebibyteAndNoMore) {
  make_cache();
  constexpr std::size_t kMebibyte = 1024 * 1024;
  const auto sized = [](std::string text, std::size_t size) {
    text.resize(size, '\n');
    return text;
  };
  const std::vector<std::string> args = {"verify", "--cache-dir", "cache", "--manifest",
                                         "m.txt",  "--config",    "c.toml"};
  write_file(folder_ / "m.txt", sized("gpt2", kMebibyte));
  write_file(folder_ / "c.toml", sized("[verify]", kMebibyte));
  EXPECT_EQ(call(args).exit_code, 0);
  for (const char* file : {"m.txt", "c.toml"}) {
    append_file(folder_ / file, "\n");
    const BinaryAnswer answer = call(args);
    EXPECT_EQ(answer.exit_code, 65);
    EXPECT_THAT(answer.err, HasSubstr(std::string(file) + ": is larger than 1048576 bytes"));
    write_file(folder_ / file, std::string(file) == "m.txt" ? "gpt2\n" : "[verify]\n");
  }
}

TEST_F(CliInputs, ALockOfMoreThan64MebibytesIs65) {
  make_cache();
  write_file(folder_ / "m.txt", "gpt2\n");
  write_file(folder_ / "l.toml", "version = 1\n");
  std::filesystem::resize_file(folder_ / "l.toml", 64 * 1024 * 1024 + 1);
  const BinaryAnswer answer =
      call({"verify", "--cache-dir", "cache", "--manifest", "m.txt", "--lock", "l.toml"});
  EXPECT_EQ(answer.exit_code, 65);
  EXPECT_THAT(answer.err, HasSubstr("l.toml: is larger than 67108864 bytes"));
}

TEST_F(CliInputs, AFolderForAManifestIs65) {
  make_folder(folder_ / "m");
  const BinaryAnswer answer = call({"verify", "--manifest", "m"});
  EXPECT_EQ(answer.exit_code, 65);
  EXPECT_THAT(answer.err, HasSubstr("m: is a directory"));
}

TEST_F(CliInputs, AFifoIsNotWaitedFor) {
  make_cache();
  write_file(folder_ / "model_manifest.txt", "gpt2 profile:tokenizer\n");
  ASSERT_EQ(::mkfifo((folder_ / "fifo").c_str(), 0600), 0);
  for (const char* flag : {"--manifest", "--lock", "--config"}) {
    const BinaryAnswer answer = call({"verify", "--cache-dir", "cache", flag, "fifo"});
    EXPECT_EQ(answer.exit_code, 65) << flag << answer.err;
    EXPECT_THAT(answer.err, HasSubstr("fifo: is a FIFO")) << flag;
  }
  ASSERT_EQ(::mkfifo((folder_ / "model_manifest.lock.toml").c_str(), 0600), 0);
  const BinaryAnswer answer = call({"verify", "--cache-dir", "cache"});
  EXPECT_EQ(answer.exit_code, 65) << answer.err;
  EXPECT_THAT(answer.err, HasSubstr("model_manifest.lock.toml: is a FIFO"));
}

TEST_F(CliInputs, AManifestIsReadFromAPipeWithAPath) {
  make_cache();
  const BinaryAnswer answer =
      call({"verify", "--cache-dir", "cache", "--manifest", "/dev/stdin"}, {}, "gpt2\n");
  EXPECT_EQ(answer.exit_code, 0) << answer.err;
}

TEST_F(CliInputs, ALinkThatLeadsNowhereIsToldWithWhereItLeads) {
  make_cache();
  write_file(folder_ / "model_manifest.txt", "gpt2 profile:tokenizer\n");
  make_link("no/such.toml", folder_ / "model_manifest.lock.toml");
  for (const char* command : {"verify", "lock"}) {
    const BinaryAnswer answer = call({command, "--cache-dir", "cache"});
    EXPECT_EQ(answer.exit_code, 66) << answer.err;
    EXPECT_THAT(answer.err,
                HasSubstr("model_manifest.lock.toml: is a link to no/such.toml, and nothing is"));
  }
}

TEST_F(CliInputs, AnUnreadableManifestIs74) {
  write_file(folder_ / "secret/m.txt", "gpt2\n");
  std::filesystem::permissions(folder_ / "secret/m.txt", std::filesystem::perms::none);
  BinaryCall call;
  call.args = {"verify", "--manifest", "secret/m.txt"};
  call.folder = folder_.path();
  call.as = As::nobody;
  const BinaryAnswer answer = run_binary(call);
  EXPECT_EQ(answer.exit_code, 74);
  EXPECT_THAT(answer.err, EndsWith("secret/m.txt: cannot be read: Permission denied\n"));
}

TEST_F(CliInputs, ABadConfigurationIs65AndNamesTheNearestKey) {
  write_file(folder_ / "hubward.toml", "[verify]\nlevle = \"size\"\n");
  const BinaryAnswer answer = call({"verify", "--all"});
  EXPECT_EQ(answer.exit_code, 65);
  EXPECT_THAT(answer.err, StartsWith("hubward.toml:2:1: error: "));
  EXPECT_THAT(answer.err, HasSubstr("level"));
}

TEST_F(CliInputs, TheConfigurationIsFoundAboveButNotBeyondTheRepository) {
  write_file(folder_ / "hubward.toml", "[verify]\nlevel = \"layout\"\n");
  make_folder(folder_ / "project/sub");
  EXPECT_THAT(call({"-C", "project/sub", "verify", "--all", "-q"}).out, HasSubstr("level layout"));
  make_folder(folder_ / "project/.git");
  EXPECT_THAT(call({"-C", "project/sub", "verify", "--all", "-q"}).out,
              Not(HasSubstr("level layout")));
}

TEST_F(CliInputs, FlagBeatsVariableBeatsConfiguration) {
  write_file(folder_ / "hubward.toml", "[verify]\nlevel = \"layout\"\n");
  const std::vector<std::string> plain = {"verify", "--all", "-q"};
  EXPECT_THAT(call(plain).out, HasSubstr("level layout"));
  EXPECT_THAT(call(plain, {{"HUBWARD_LEVEL", "size"}}).out, HasSubstr("level size"));
  EXPECT_THAT(
      call({"verify", "--all", "-q", "--level", "content"}, {{"HUBWARD_LEVEL", "size"}}).out,
      Not(HasSubstr("level ")));
}

TEST_F(CliInputs, AManifestNamedInTheConfigurationStandsBesideIt) {
  make_cache();
  write_file(folder_ / "project/hubward.toml", "manifest = \"models.txt\"\n");
  write_file(folder_ / "project/models.txt", "gpt2\n");
  make_folder(folder_ / "project/sub");
  const BinaryAnswer answer =
      call({"-C", "project/sub", "verify", "--cache-dir", "../../cache", "--format", "json"});
  EXPECT_EQ(answer.exit_code, 0) << answer.out << answer.err;
  EXPECT_THAT(answer.out, HasSubstr("project/models.txt\""));
}

TEST_F(CliInputs, LockedWithoutALockIs66) {
  write_file(folder_ / "model_manifest.txt", "gpt2\n");
  const BinaryAnswer answer = call({"verify", "--locked"});
  EXPECT_EQ(answer.exit_code, 66);
  EXPECT_THAT(answer.err, HasSubstr("model_manifest.lock.toml: there is no lock"));
}

TEST_F(CliInputs, ANamedLockThatIsNotThereIs66) {
  write_file(folder_ / "model_manifest.txt", "gpt2\n");
  EXPECT_EQ(call({"verify", "--lock", "absent.toml"}).exit_code, 66);
}

TEST_F(CliInputs, ABadLockIs65AndNoLockIgnoresIt) {
  make_cache();
  write_file(folder_ / "model_manifest.txt", "gpt2\n");
  write_file(folder_ / "model_manifest.lock.toml", "version = 99\n");
  const BinaryAnswer bad = call({"verify", "--cache-dir", "cache"});
  EXPECT_EQ(bad.exit_code, 65);
  EXPECT_THAT(bad.err, StartsWith("model_manifest.lock.toml:"));
  EXPECT_EQ(call({"verify", "--cache-dir", "cache", "--no-lock"}).exit_code, 0);
}

TEST_F(CliInputs, ACacheThatIsNoDirectoryIs66) {
  write_file(folder_ / "file", "");
  const BinaryAnswer answer = call({"verify", "--all", "--cache-dir", "file"});
  EXPECT_EQ(answer.exit_code, 66);
  EXPECT_THAT(answer.err, HasSubstr("not a directory"));
}

TEST_F(CliInputs, ACacheThatDoesNotExistIsIncomplete) {
  write_file(folder_ / "model_manifest.txt", "gpt2\n");
  EXPECT_EQ(call({"verify", "--cache-dir", "absent"}).exit_code, 1);
  EXPECT_EQ(call({"verify"}, {{"HF_HUB_CACHE", "absent"}}).exit_code, 1);
}

TEST_F(CliInputs, ARepoThatMatchesNoEntryIs64WithTheNearest) {
  write_file(folder_ / "model_manifest.txt", "gpt2\n");
  const BinaryAnswer answer = call({"verify", "gtp2"});
  EXPECT_EQ(answer.exit_code, 64);
  EXPECT_THAT(answer.err, HasSubstr("did you mean `gpt2`?"));
}

TEST_F(CliInputs, AFolderForDashCThatIsNotThereIs66) {
  EXPECT_EQ(call({"-C", "absent", "verify", "--all"}).exit_code, 66);
}

TEST_F(CliInputs, UnderRunABadManifestIs125WithTheReasonLast) {
  write_file(folder_ / "model_manifest.txt", "gpt2 nonsense\n");
  const BinaryAnswer answer = call({"run", "--", "true"});
  EXPECT_EQ(answer.exit_code, 125);
  EXPECT_THAT(answer.err, EndsWith("[65 bad manifest]\n"));
}

TEST_F(CliInputs, UnderRunEveryOtherFailureBeforeCmdIs125WithItsReason) {
  EXPECT_THAT(call({"run", "--", "true"}).err, EndsWith("[66 no manifest]\n"));
  EXPECT_THAT(call({"run", "--bogus", "true"}).err, EndsWith("[64 usage]\n"));
  EXPECT_THAT(call({"run", "--", "true"}, {{"HUBWARD_LEVEL", "full"}}).err,
              EndsWith("[64 usage]\n"));
  EXPECT_THAT(call({"run", "--config", "absent", "--", "true"}).err, EndsWith("[66 no config]\n"));
  write_file(folder_ / "model_manifest.txt", "gpt2\n");
  EXPECT_THAT(call({"run"}).err, EndsWith("[64 usage]\n"));
  EXPECT_THAT(call({"run", "--locked", "true"}).err, EndsWith("[66 no lock]\n"));
  EXPECT_EQ(call({"run", "--locked", "true"}).exit_code, 125);
}

}  // namespace
}  // namespace hubward::test
