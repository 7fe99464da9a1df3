// The exit code of `hubward run`, and the last line that says why when it is hubward's own.
#include "tests/support/files.h"
#include "tests/support/run_project.h"
#include "tests/support/source_dir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

namespace hubward::test {
namespace {

using testing::ContainsRegex;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(RunCodes, TheCommandsOwnCodeIsUnchanged) {
  const RunProject project;
  for (const int code : {0,   1,   2,   3,   64,  65,  69,  74,  75,  77,  99, 124,
                         125, 126, 127, 128, 129, 130, 137, 143, 200, 254, 255}) {
    EXPECT_EQ(project.run({"sh", "-c", "exit " + std::to_string(code)}).exit_code, code);
  }
}

TEST(RunCodes, ASignalThatEndsTheCommandGives128PlusItsNumberAndNotOurOwnDeath) {
  const RunProject project;
  for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGKILL, SIGSEGV, SIGPIPE, SIGTERM}) {
    BinaryCall call = project.call({"sh", "-c", "kill -" + std::to_string(signal) + " $$"});
    // A shell around it sees whether hubward exited or died.
    std::string words = "\"$0\" \"$@\"; echo $?";
    std::vector<std::string> args = {"-c", words, binary_path()};
    for (const std::string& word : call.args) args.push_back(word);
    call.args = args;
    call.program = "/bin/sh";
    EXPECT_EQ(run_binary(call).out, std::to_string(128 + signal) + "\n");
  }
}

TEST(RunCodes, ACommandThatIsNowhereGives127) {
  const RunProject project;
  const BinaryAnswer answer = project.run({"no-such-command"});
  EXPECT_EQ(answer.exit_code, 127);
  EXPECT_EQ(last_line(answer.err),
            "hubward: error: cannot run 'no-such-command': No such file or directory");
}

TEST(RunCodes, ACommandThatMayNotBeRunGives126) {
  const RunProject project;
  write_file(project / "script", "#!/bin/sh\n");
  EXPECT_EQ(project.run({"./script"}).exit_code, 126);
  EXPECT_EQ(project.run({"/"}).exit_code, 126);
}

struct OwnReason {
  std::vector<std::string> args;
  std::string ending;
};

TEST(RunCodes, WhatIsHubwardsOwnGives125AndEndsInTheReason) {
  const RunProject project;
  write_file(project / "bad.txt", "no/such/model/id\n");
  write_file(project / "bad.toml", "[run]\nno_such_key = 1\n");
  write_file(project / "plain", "");
  const OwnReason reasons[] = {
      {{"run", "--no-such-flag", "--", "true"}, "[64 usage]"},
      {{"run", "--guard", "perhaps", "--", "true"}, "[64 usage]"},
      {{"run"}, "[64 usage]"},
      {{"run", "--manifest", "bad.txt", "--", "true"}, "[65 bad manifest]"},
      {{"run", "--config", "bad.toml", "--", "true"}, "[65 bad config]"},
      {{"run", "--manifest", "absent.txt", "--", "true"}, "[66 no manifest]"},
      {{"run", "--cache-dir", "plain", "--", "true"}, "[66 no such input]"},
      {{"run", "--offline", "--cache-dir", "absent", "--", "true"}, "[1 incomplete]"},
  };
  for (const OwnReason& reason : reasons) {
    const BinaryAnswer answer =
        run_binary({.args = reason.args, .folder = project.cache().surroundings()});
    EXPECT_EQ(answer.exit_code, 125) << reason.ending;
    EXPECT_THAT(last_line(answer.err), EndsWith(reason.ending));
    EXPECT_THAT(answer.out, IsEmpty());
  }
}

TEST(RunCodes, AFlippedByteIsFoundNamedAndRefused) {
  const RunProject project;
  flip_bit(project.cache() / project.repo().blob("model.safetensors"), 500);
  const BinaryAnswer answer = project.run({"touch", "started"}, {"--offline"});
  EXPECT_EQ(answer.exit_code, 125);
  EXPECT_THAT(answer.err, HasSubstr("blob-corrupt"));
  EXPECT_THAT(answer.err, HasSubstr(project.repo().blob("model.safetensors")));
  EXPECT_THAT(last_line(answer.err), EndsWith("[2 corrupt]"));
  EXPECT_FALSE(exists(project / "started"));
}

TEST(RunCodes, TheTimeoutGives124) {
  const RunProject project;
  const BinaryAnswer answer =
      project.run({"sh", "-c", "trap '' TERM; echo ready; while :; do read line; sleep 1; done"},
                  {"--timeout", "1s", "--kill-after", "0s"});
  EXPECT_EQ(answer.exit_code, 124);
  EXPECT_THAT(last_line(answer.err),
              ContainsRegex("^hubward: offline: command ended by the timeout after 1.[0-9] s$"));
}

TEST(RunCodes, ATimeoutOfZeroIsNone) {
  const RunProject project;
  EXPECT_EQ(project.run({"sh", "-c", "exit 5"}, {"--timeout", "0s"}).exit_code, 5);
}

TEST(RunCodes, AReportThatCannotBeWrittenIsOnlyAWarning) {
  const RunProject project;
  const BinaryAnswer answer =
      project.run({"sh", "-c", "exit 6"}, {"--report", "no/such/folder/report.json"});
  EXPECT_EQ(answer.exit_code, 6);
  EXPECT_THAT(answer.err, HasSubstr("hubward: warning: --report: "));
}

TEST(RunCodes, TheTokenIsPrintedNowhereThoughTheUserPutItIntoACommand) {
  const RunProject project;
  const std::string token = "hf_secretSECRETsecretSECRET";
  BinaryCall call = project.call({"no-such-" + token});
  call.environment["HF_TOKEN"] = token;
  const BinaryAnswer answer = run_binary(call);
  EXPECT_EQ(answer.exit_code, 127);
  EXPECT_THAT(answer.err, testing::Not(HasSubstr(token)));
  EXPECT_THAT(answer.err, HasSubstr("no-such-***"));
}

}  // namespace
}  // namespace hubward::test
