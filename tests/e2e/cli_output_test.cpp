// What the binary writes and where, and that a result it could not write is never a success.
#include "tests/support/files.h"
#include "tests/support/run_binary.h"
#include "tests/support/source_dir.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace hubward::test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class CliOutput : public ::testing::Test {
 protected:
  CliOutput() { make_folder(folder_ / "cache"); }

  BinaryAnswer call(std::vector<std::string> args,
                    std::map<std::string, std::string> environment = {}) {
    BinaryCall call;
    call.args = std::move(args);
    call.folder = folder_.path();
    call.environment = std::move(environment);
    return run_binary(call);
  }
  /// Through a shell, for what only a shell can do with streams.
  BinaryAnswer shell(const std::string& script) {
    BinaryCall call;
    call.program = "/bin/sh";
    call.args = {"-c", script};
    call.folder = folder_.path();
    call.environment = {{"HUBWARD", binary_path()}};
    return run_binary(call);
  }

  TemporaryFolder folder_;
};

TEST_F(CliOutput, WithoutACommandIs64AndHelpOnRequestIs0) {
  EXPECT_EQ(call({}).exit_code, 64);
  const BinaryAnswer help = call({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out, HasSubstr("usage: hubward"));
  EXPECT_EQ(call({"help"}).out, help.out);
  EXPECT_EQ(call({"help", "run"}).out, call({"run", "--help"}).out);
  EXPECT_EQ(call({"help", "complete"}).exit_code, 64);
}

TEST_F(CliOutput, VersionIsOneLineFirst) {
  const BinaryAnswer answer = call({"--version"});
  EXPECT_EQ(answer.exit_code, 0);
  EXPECT_THAT(answer.out, StartsWith("hubward "));
  EXPECT_THAT(answer.out, HasSubstr("\nhashing:   sha256 by "));
}

TEST_F(CliOutput, ExplainTellsACodeAndRefusesAnother) {
  const BinaryAnswer answer = call({"--explain", "ref-whitespace"});
  EXPECT_EQ(answer.exit_code, 0);
  EXPECT_THAT(answer.out, StartsWith("ref-whitespace\n"));
  const BinaryAnswer wrong = call({"--explain", "ref-whitspace"});
  EXPECT_EQ(wrong.exit_code, 64);
  EXPECT_THAT(wrong.err, HasSubstr("`ref-whitespace`"));
}

TEST_F(CliOutput, ACommandThatThereIsNotIs64) {
  const BinaryAnswer answer = call({"complete"});
  EXPECT_EQ(answer.exit_code, 64);
  EXPECT_THAT(answer.err, HasSubstr("no such command in this version: `complete`"));
}

TEST_F(CliOutput, AnEmptyCacheWithoutAManifestIsCompleteAndSaysHowLittleThatMeans) {
  const BinaryAnswer answer = call({"verify", "--all", "--cache-dir", "cache", "-q"});
  EXPECT_EQ(answer.exit_code, 0) << answer.out << answer.err;
  EXPECT_THAT(answer.out, StartsWith("complete: no manifest, so integrity only; "));
  EXPECT_EQ(answer.err, "");
}

TEST_F(CliOutput, OneRunWritesTextToStandardOutputAndJsonToAFile) {
  const BinaryAnswer answer =
      call({"verify", "--all", "--cache-dir", "cache", "--format", "json=report.json"});
  EXPECT_EQ(answer.exit_code, 0);
  EXPECT_THAT(answer.out, HasSubstr("complete: "));
  EXPECT_THAT(read_file(folder_ / "report.json"), HasSubstr("\"schema\": \"hubward.report/1\""));
}

TEST_F(CliOutput, OutputSendsTheResultToAFileInstead) {
  const BinaryAnswer answer =
      call({"verify", "--all", "--cache-dir", "cache", "--format", "json", "-o", "out"});
  EXPECT_EQ(answer.exit_code, 0);
  EXPECT_EQ(answer.out, "");
  EXPECT_THAT(read_file(folder_ / "out"), StartsWith("{\n  \"schema\""));
}

TEST_F(CliOutput, APlaceThatCannotBeWrittenIs74BeforeAnyWork) {
  const BinaryAnswer answer = call({"verify", "--all", "--cache-dir", "cache", "-o", "absent/out"});
  EXPECT_EQ(answer.exit_code, 74);
  EXPECT_THAT(answer.err, StartsWith("hubward: error: absent/out: "));
}

TEST_F(CliOutput, AFullDiskIs74) {
  const BinaryAnswer answer = shell("\"$HUBWARD\" verify --all --cache-dir cache > /dev/full");
  EXPECT_EQ(answer.exit_code, 74);
  EXPECT_THAT(answer.err, HasSubstr("standard output: the result cannot be written"));
}

TEST_F(CliOutput, AClosedStandardOutputIs74AndNoFileIsWrittenInItsPlace) {
  write_file(folder_ / "cache/models--x/refs/main", std::string(40, 'a'));
  const BinaryAnswer answer = shell("\"$HUBWARD\" verify --all --cache-dir cache >&-");
  EXPECT_EQ(answer.exit_code, 74);
  EXPECT_EQ(read_file(folder_ / "cache/models--x/refs/main"), std::string(40, 'a'));
}

TEST_F(CliOutput, AReaderThatWentAwayIs74AndNoSilentDeath) {
  const BinaryAnswer answer = shell(
      "mkfifo pipe; exec 3<>pipe; exec 4>pipe; exec 3<&-; "
      "\"$HUBWARD\" verify --all --cache-dir cache >&4");
  EXPECT_EQ(answer.exit_code, 74);
  EXPECT_THAT(answer.err, HasSubstr("Broken pipe"));
}

TEST_F(CliOutput, ColourIsForTerminalsUnlessForced) {
  const std::vector<std::string> plain = {"verify", "--all", "--cache-dir", "cache"};
  EXPECT_THAT(call(plain).out, ::testing::Not(HasSubstr("\x1b[")));
  EXPECT_THAT(call(plain, {{"CLICOLOR_FORCE", "1"}}).out, HasSubstr("\x1b["));
  EXPECT_THAT(call(plain, {{"CLICOLOR_FORCE", "1"}, {"NO_COLOR", "1"}}).out,
              Not(HasSubstr("\x1b[")));
  EXPECT_THAT(call({"--color=always", "verify", "--all", "--cache-dir", "cache"}).out,
              HasSubstr("\x1b["));
}

TEST_F(CliOutput, DiagnosisGoesToStandardErrorOnRequest) {
  const BinaryAnswer answer =
      call({"verify", "--all", "--cache-dir", "cache", "--log-level", "info", "-q"});
  EXPECT_THAT(answer.err, HasSubstr("hubward: info: cache: " + folder_.path() + "/cache (flag)\n"));
  EXPECT_THAT(answer.out, Not(HasSubstr("info")));
}

TEST_F(CliOutput, UnderRunStandardOutputBelongsToCmdAndAFormatIsCalledIdle) {
  write_file(folder_ / "cache/models--gpt2/blobs/9e26dfeeb6e641a33dae4961196235bdb965b21b", "{}");
  make_link("../../blobs/9e26dfeeb6e641a33dae4961196235bdb965b21b",
            folder_ / ("cache/models--gpt2/snapshots/" + std::string(40, 'a') + "/vocab.json"));
  write_file(folder_ / "cache/models--gpt2/refs/main", std::string(40, 'a'));
  write_file(folder_ / "model_manifest.txt", "gpt2\n");
  const BinaryAnswer answer = call({"run", "--cache-dir", "cache", "--format", "json", "--", "sh",
                                    "-c", "echo $HF_HUB_OFFLINE"});
  EXPECT_EQ(answer.exit_code, 0) << answer.err;
  EXPECT_EQ(answer.out, "1\n");
  EXPECT_THAT(answer.err, HasSubstr("--format and --output have no effect under run"));
}

TEST_F(CliOutput, VerifyWritesNothingIntoTheCache) {
  write_file(folder_ / "cache/models--x/refs/main", std::string(40, 'a'));
  const auto before = std::filesystem::last_write_time(folder_ / "cache/models--x/refs");
  call({"verify", "--all", "--cache-dir", "cache"});
  std::vector<std::string> names;
  for (const auto& each : std::filesystem::recursive_directory_iterator(folder_ / "cache")) {
    names.push_back(each.path().filename());
  }
  EXPECT_THAT(names, ::testing::UnorderedElementsAre("models--x", "refs", "main"));
  EXPECT_EQ(std::filesystem::last_write_time(folder_ / "cache/models--x/refs"), before);
}

}  // namespace
}  // namespace hubward::test
