// How `run` ends, and what it leaves: codes, reports, GitHub's files, and nothing of itself.
#include "tests/unit/runner/run_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <dirent.h>
#include <sys/prctl.h>
#include <sys/stat.h>

namespace hubward {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

TEST_F(Run, ACommandThatIsNotThereGives127AndOneThatMayNotRun126) {
  request_.command = {"no-such-command"};
  EXPECT_EQ(run(), 127);
  EXPECT_EQ(last_line(), "hubward: error: cannot run 'no-such-command': No such file or directory");
  request_.command = {"/"};
  EXPECT_EQ(run(), 126);
}

TEST_F(Run, TheTimeoutGives124AndSaysSo) {
  request_.command = {"sleep", "60"};
  request_.timeout = std::chrono::milliseconds(100);
  EXPECT_EQ(run(), 124);
  EXPECT_THAT(last_line(), HasSubstr("command ended by the timeout after"));
}

TEST_F(Run, TheReportTellsHubwards125FromTheCommands) {
  request_.report_path = cache_.surroundings() + "/report.json";
  request_.command = {"sh", "-c", "exit 125"};
  EXPECT_EQ(run(), 125);
  EXPECT_THAT(read_file(*request_.report_path),
              AllOf(HasSubstr("\"exit_code\": 125"), HasSubstr("\"command ended with 125 after")));
  remove_tree(cache_ / repo_.pointer("model.safetensors"));
  EXPECT_EQ(run(), 125);
  EXPECT_THAT(read_file(*request_.report_path),
              AllOf(HasSubstr("\"exit_code\": 125"), HasSubstr("\"1 incomplete\"")));
}

TEST_F(Run, AReportThatCannotBeWrittenIsAWarning) {
  request_.report_path = cache_.surroundings() + "/no/such/folder/report.json";
  EXPECT_EQ(run(), 7);
  const std::string warning = "hubward: warning: --report: ";
  EXPECT_THAT(said_, HasSubstr(warning));
  EXPECT_EQ(said_.find(warning), said_.rfind(warning));
  request_.report_is_known_unwritable = true;
  said_.clear();
  EXPECT_EQ(run(), 7);
  EXPECT_THAT(said_, Not(HasSubstr(warning)));
}

TEST_F(Run, AQuietRefusalIsItsLastLineAlone) {
  remove_tree(cache_ / repo_.pointer("model.safetensors"));
  request_.quiet = true;
  EXPECT_EQ(run(), 125);
  EXPECT_EQ(said_, last_line() + "\n");
  EXPECT_THAT(last_line(), EndsWith("[1 incomplete]"));
}

TEST_F(Run, AMissingCommandIsFoundOutBeforeAnythingIsReadOrChanged) {
  flip_bit(cache_ / repo_.blob("config.json"), 0);
  download_by("exit 0");
  request_.command = {"no-such-command"};
  EXPECT_EQ(run(), 127);
  EXPECT_EQ(verifications_, 0);
  request_.report_path = cache_.surroundings() + "/report.json";
  EXPECT_EQ(run(), 127);  // only a report needs the verification
  EXPECT_EQ(verifications_, 1);
  EXPECT_THAT(read_file(*request_.report_path),
              AllOf(HasSubstr("\"exit_code\": 127"), HasSubstr("cannot run 'no-such-command'")));
  EXPECT_FALSE(downloader_ran());
  EXPECT_TRUE(exists(cache_ / repo_.blob("config.json")));
}

TEST_F(Run, TheCommandIsSoughtInThePathThatItWillHave) {
  const std::string folder = cache_.surroundings() + "/bin";
  write_file(folder + "/mine", "#!/bin/sh\nexit 3\n");
  ASSERT_EQ(::chmod((folder + "/mine").c_str(), 0755), 0);
  request_.command = {"mine"};
  request_.run_env = {{"PATH", folder}};
  EXPECT_EQ(run(), 3);
}

TEST_F(Run, ADryRunSaysThatTheCommandIsMissingAndGivesThePlanAllTheSame) {
  request_.command = {"no-such-command"};
  request_.dry_run = true;
  EXPECT_EQ(run(), 0);
  EXPECT_THAT(said_,
              AllOf(HasSubstr("plan: mode offline"), HasSubstr("hubward: warning: cannot run")));
}

TEST_F(Run, AQuarantineInTheCacheIsRefusedBeforeAnythingElse) {
  for (const std::string& place :
       {cache_.path() + "/bad", cache_.path(), cache_.path() + "/x/../y", cache_.surroundings()}) {
    request_.quarantine_dir = place;
    EXPECT_EQ(run(), 125) << place;
    EXPECT_THAT(last_line(), EndsWith("[64 usage]"));
  }
  EXPECT_EQ(verifications_, 0);
}

TEST_F(Run, InGithubActionsOutputsAndSummaryAreAppended) {
  const std::string output = cache_.surroundings() + "/output";
  const std::string summary = cache_.surroundings() + "/summary";
  write_file(output, "earlier=1");
  for (const std::string& entry : {std::string("GITHUB_ACTIONS=true"), "GITHUB_OUTPUT=" + output,
                                   "GITHUB_STEP_SUMMARY=" + summary}) {
    request_.environment.push_back(entry);
  }
  EXPECT_EQ(run(), 7);
  EXPECT_EQ(read_file(output), "earlier=1\nmode=offline\nverdict=complete\nreason=complete\n");
  EXPECT_THAT(read_file(summary), HasSubstr("### hubward: offline (complete)"));
}

TEST_F(Run, OutsideGithubActionsNoFileOfItsIsWritten) {
  const std::string output = cache_.surroundings() + "/output";
  request_.environment.push_back("GITHUB_OUTPUT=" + output);
  EXPECT_EQ(run(), 7);
  EXPECT_FALSE(exists(output));
  EXPECT_THAT(said_, Not(HasSubstr("hf_secret")));
}

TEST_F(Run, ARefusalIsToldToGithubToo) {
  const std::string output = cache_.surroundings() + "/output";
  request_.environment.push_back("GITHUB_ACTIONS=true");
  request_.environment.push_back("GITHUB_OUTPUT=" + output);
  remove_tree(cache_ / repo_.pointer("model.safetensors"));
  download_by("exit 77");
  EXPECT_EQ(run(), 125);
  EXPECT_EQ(read_file(output), "mode=refuse\nverdict=incomplete\nreason=denied\n");
}

TEST_F(Run, AGuardedCommandThatStaysOnTheMachineKeepsItsCodeAndTheLastLineSaysSo) {
  for (const GuardMode mode : {GuardMode::observe, GuardMode::enforce}) {
    request_.guard = mode;
    EXPECT_EQ(run(), 7);
    EXPECT_THAT(last_line(), EndsWith("; no attempt to leave the machine"));
  }
}

TEST_F(Run, AVerificationThatFailsIsNumberedAsElsewhere) {
  write_file(cache_.surroundings() + "/plain", "");
  request_.verify.cache_path = cache_.surroundings() + "/plain";
  EXPECT_EQ(run(), 125);
  EXPECT_THAT(last_line(), EndsWith("[66 no such input]"));
}

TEST_F(Run, HubwardItselfLeavesNoCoreBecauseATokenLiesInItsMemory) {
  EXPECT_EQ(run(), 7);
  EXPECT_THAT(dumpable_, testing::Each(0));
  EXPECT_EQ(::prctl(PR_GET_DUMPABLE), 1);
}

TEST_F(Run, NoDescriptorIsLeftOpen) {
  const auto count = [] {
    int found = 0;
    DIR* folder = ::opendir("/proc/self/fd");
    while (::readdir(folder) != nullptr) ++found;
    ::closedir(folder);
    return found;
  };
  const int before = count();
  flip_bit(cache_ / repo_.blob("config.json"), 0);
  write_file(cache_.surroundings() + "/saved", "{}");
  download_by(restore(repo_.blob("config.json")));
  EXPECT_EQ(run(), 7);
  EXPECT_EQ(count(), before);
}

}  // namespace
}  // namespace hubward
