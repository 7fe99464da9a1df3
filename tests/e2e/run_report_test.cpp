// What `hubward run` leaves for others: the report, GitHub's files, the quarantine. None of it may
// be of another run, none may cost the command its code, and the token is in none.
#include "tests/support/files.h"
#include "tests/support/json_schema.h"
#include "tests/support/run_project.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

namespace hubward::test {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

TEST(RunReport, NoneOfAnEarlierRunStaysWhateverBecomesOfThisOne) {
  const RunProject project;
  write_file(project / "bad.txt", "no/such/model/id\n");
  write_file(project / "plain", "");
  const std::vector<std::vector<std::string>> endings = {
      {"--manifest", "bad.txt"}, {"--manifest", "absent.txt"}, {"--cache-dir", "plain"},
      {"--timeout", "soon"},     {"--no-such-flag"},           {"--guard", "perhaps"},
      {"--quarantine", "hub/x"}};
  for (const std::vector<std::string>& flags : endings) {
    ASSERT_EQ(project.run({"true"}, {"--report", "report.json"}).exit_code, 0);
    ASSERT_TRUE(exists(project / "report.json"));
    std::vector<std::string> all = {"--report", "report.json"};
    all.insert(all.end(), flags.begin(), flags.end());
    const BinaryAnswer answer = project.run({"true"}, all);
    EXPECT_EQ(answer.exit_code, 125) << flags.front();
    EXPECT_FALSE(exists(project / "report.json")) << flags.front() << answer.err;
  }
}

TEST(RunReport, ADryRunAndAFileThatIsNoReportAreLeftAlone) {
  const RunProject project;
  ASSERT_EQ(project.run({"true"}, {"--report", "report.json"}).exit_code, 0);
  const std::string before = read_file(project / "report.json");
  project.run({"true"}, {"--report", "report.json", "--dry-run"});
  project.run({"true"}, {"--report", "report.json", "--dry-run", "--no-such-flag"});
  EXPECT_EQ(read_file(project / "report.json"), before);
  // A slip of the pen must not cost the manifest.
  EXPECT_EQ(
      project.run({"true"}, {"--report", "model_manifest.txt", "--timeout", "soon"}).exit_code,
      125);
  EXPECT_EQ(read_file(project / "model_manifest.txt"), "gpt2\n");
}

TEST(RunReport, OneThatCannotBeWrittenIsSaidOnceAtTheStart) {
  const RunProject project;
  const BinaryAnswer answer = project.run({"sh", "-c", "echo started >&2; exit 6"},
                                          {"--report", "no/such/folder/report.json"});
  EXPECT_EQ(answer.exit_code, 6);
  EXPECT_EQ(times(answer.err, "--report"), 1U) << answer.err;
  EXPECT_LT(answer.err.find("--report"), answer.err.find("started"));
}

TEST(RunReport, AFileOfOnesOwnInAFolderOfOthersIsWrittenOver) {
  const RunProject project;
  write_file(project / "shared/report.json", "{\"schema\": \"hubward.report/1\", \"old\": 1}");
  ASSERT_EQ(::chmod((project / "shared/report.json").c_str(), 0666), 0);
  ASSERT_EQ(::chmod((project / "shared").c_str(), 0555), 0);
  BinaryCall call = project.call({"true"}, {"--report", "shared/report.json"});
  call.as = As::nobody;
  const BinaryAnswer answer = run_binary(call);
  ASSERT_EQ(::chmod((project / "shared").c_str(), 0755), 0);
  EXPECT_EQ(answer.exit_code, 0) << answer.err;
  EXPECT_THAT(answer.err, Not(HasSubstr("warning: --report")));
  EXPECT_THAT(report_violations(read_file(project / "shared/report.json")), IsEmpty());
}

TEST(RunReport, TellsACommandThatWasNotFoundFromOneThatEndedWith127) {
  const RunProject project;
  ASSERT_EQ(project.run({"no-such-command"}, {"--report", "report.json"}).exit_code, 127);
  EXPECT_THAT(read_file(project / "report.json"), HasSubstr("cannot run 'no-such-command'"));
  ASSERT_EQ(project.run({"sh", "-c", "exit 127"}, {"--report", "report.json"}).exit_code, 127);
  EXPECT_THAT(read_file(project / "report.json"), HasSubstr("command ended with 127"));
}

TEST(RunReport, AMissingCommandIsToldBeforeAnythingIsDownloadedOrMoved) {
  const RunProject project;
  const std::string blob = project.cache() / project.repo().blob("config.json");
  flip_bit(blob, 3);
  project.fetch_by("touch fetched; " + project.restore());
  const BinaryAnswer answer = project.run({"no-such-command"});
  EXPECT_EQ(answer.exit_code, 127);
  EXPECT_EQ(answer.err,
            "hubward: error: cannot run 'no-such-command': No such file or directory\n");
  EXPECT_FALSE(exists(project / "fetched"));
  EXPECT_TRUE(exists(blob));
}

TEST(RunReport, AQuietRefusalIsOneLine) {
  const RunProject project;
  flip_bit(project.cache() / project.repo().blob("config.json"), 3);
  const BinaryAnswer answer = project.run({"true"}, {"--quiet", "--offline"});
  EXPECT_EQ(answer.exit_code, 125);
  EXPECT_EQ(times(answer.err, "\n"), 1U) << answer.err;
  EXPECT_THAT(last_line(answer.err), EndsWith("[2 corrupt]"));
}

TEST(RunReport, AQuarantineInTheCacheIsRefusedAndNothingIsMovedOrStarted) {
  const RunProject project;
  const std::string blob = project.cache() / project.repo().blob("config.json");
  flip_bit(blob, 3);
  project.fetch_by("touch fetched");
  make_link("hub", project / "link");
  for (const std::string place : {"hub/bad", "link/bad", "hub", "."}) {
    const BinaryAnswer answer = project.run({"touch", "started"}, {"--quarantine", place});
    EXPECT_EQ(answer.exit_code, 125);
    EXPECT_THAT(last_line(answer.err), EndsWith("[64 usage]")) << place;
  }
  EXPECT_TRUE(exists(blob));
  EXPECT_FALSE(exists(project / "hub/bad"));
  EXPECT_FALSE(exists(project / "fetched"));
  EXPECT_FALSE(exists(project / "started"));
}

TEST(RunReport, GithubsFilesThatCannotBeWrittenAreSaidOnceAndCostNothing) {
  const RunProject project;
  make_folder(project / "folder");
  BinaryCall call = project.call({"sh", "-c", "exit 6"});
  call.environment = {{"GITHUB_ACTIONS", "true"},
                      {"GITHUB_OUTPUT", project / "folder"},
                      {"GITHUB_STEP_SUMMARY", project / "no/such/file"}};
  const BinaryAnswer answer = run_binary(call);
  EXPECT_EQ(answer.exit_code, 6);
  EXPECT_EQ(times(answer.err, "warning: GITHUB_OUTPUT: "), 1U) << answer.err;
  EXPECT_EQ(times(answer.err, "warning: GITHUB_STEP_SUMMARY: "), 1U) << answer.err;
}

TEST(RunReport, GithubsFilesAreAppendedToByEachRun) {
  const RunProject project;
  write_file(project / "output", "earlier=1");
  BinaryCall call = project.call({"true"});
  call.environment = {{"GITHUB_ACTIONS", "true"},
                      {"GITHUB_OUTPUT", project / "output"},
                      {"GITHUB_STEP_SUMMARY", project / "summary"}};
  EXPECT_EQ(run_binary(call).exit_code, 0);
  EXPECT_EQ(run_binary(call).exit_code, 0);
  const std::string each = "mode=offline\nverdict=complete\nreason=complete\n";
  EXPECT_EQ(read_file(project / "output"), "earlier=1\n" + each + each);
  EXPECT_EQ(times(read_file(project / "summary"), "### hubward: offline (complete)"), 2U);
}

constexpr const char* kToken = "hf_fromAFileFromAFileFromAFileFromAFile";

TEST(RunToken, OneThatLiesInAFileIsHiddenLikeOneOfTheEnvironment) {
  struct Place {
    std::string file;
    std::map<std::string, std::string> environment;
  };
  const RunProject project;
  const Place places[] = {
      {"home/.cache/huggingface/token", {}},
      {"elsewhere/token", {{"HF_HOME", project / "elsewhere"}}},
      {"named", {{"HF_TOKEN_PATH", project / "named"}}},
      {"home/tilde", {{"HF_TOKEN_PATH", "~/tilde"}}},
      // Python looks elsewhere, but hf-hub 0.x finds it.
      {"home/.cache/huggingface/token", {{"HF_HOME", project / "elsewhere"}}},
  };
  for (const Place& place : places) {
    write_file(project / place.file, std::string(kToken) + "\n");
    BinaryCall call = project.call({"no-such-" + std::string(kToken)});
    call.environment = place.environment;
    const BinaryAnswer answer = run_binary(call);
    EXPECT_THAT(answer.err, HasSubstr("no-such-***")) << place.file;
    EXPECT_THAT(answer.err, Not(HasSubstr(kToken))) << place.file;
    call.environment["GITHUB_ACTIONS"] = "true";
    EXPECT_THAT(run_binary(call).err, StartsWith("::add-mask::" + std::string(kToken) + "\n"));
    remove_tree(project / place.file);
  }
}

TEST(RunToken, AnOnlineCommandFindsTheLoginThoughTheCacheIsElsewhere) {
  const RunProject project;
  remove_tree(project.cache() / project.repo().blob("config.json"));
  project.fetch_by("cat \"$HF_TOKEN_PATH\" | tr a-z A-Z; exit 0");
  const std::string file = project / "home/.cache/huggingface/token";
  write_file(file, kToken);
  const BinaryAnswer answer = project.run({"sh", "-c", "echo $HF_HOME $HF_TOKEN_PATH"});
  EXPECT_EQ(answer.out, project.cache().surroundings() + " " + file + "\n");
  EXPECT_THAT(answer.err, HasSubstr("HF_FROMAFILE"));
  EXPECT_THAT(answer.err, Not(HasSubstr("anonymous")));
}

TEST(RunToken, IsInNoErrorBeforeTheCacheWasLookedAtAndInNoFile) {
  const RunProject project;
  const std::string token = kToken;
  const std::vector<std::vector<std::string>> wrongs = {
      {"--no-such-" + token},       {"--timeout", token}, {"--manifest", token},
      {"--cache-dir", "/" + token}, {"-C", token},        {"--config", token}};
  project.fetch_by("exit 69");
  for (const std::vector<std::string>& wrong : wrongs) {
    BinaryCall call = project.call({"true"}, wrong);
    call.environment = {{"HF_TOKEN", token}};
    const BinaryAnswer answer = run_binary(call);
    EXPECT_EQ(answer.exit_code, 125);
    EXPECT_THAT(answer.err, Not(HasSubstr(token)));
  }
  write_file(project.cache() / ("models--gpt2/" + token), "");
  make_link("/etc/passwd", project.cache() / project.repo().pointer(token));
  BinaryCall call = project.call({"true"}, {"--report", "report.json", "--log-level", "debug"});
  call.environment = {{"HF_TOKEN", token},
                      {"GITHUB_ACTIONS", "true"},
                      {"GITHUB_STEP_SUMMARY", project / "summary"}};
  const BinaryAnswer answer = run_binary(call);
  EXPECT_EQ(answer.exit_code, 125);
  EXPECT_EQ(times(answer.err, token), 1U) << "only GitHub is told what to hide";
  EXPECT_THAT(read_file(project / "report.json"), Not(HasSubstr(token)));
  EXPECT_THAT(read_file(project / "summary"), Not(HasSubstr("fromAFile")));
  EXPECT_THAT(read_file(project / "summary"), HasSubstr("***"));
}

}  // namespace
}  // namespace hubward::test
