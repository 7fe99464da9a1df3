// What belongs to the command and must reach it, or the outside, untouched: streams, descriptors,
// environment, directory.
#include "tests/support/contents.h"
#include "tests/support/files.h"
#include "tests/support/run_project.h"
#include "tests/support/source_dir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward::test {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// hubward as a shell starts it, with what the shell does to its streams.
BinaryAnswer by_shell(const RunProject& project, const std::string& script) {
  return run_binary(
      {.args = {"-c", "hubward() { \"$0\" run --cache-dir hub \"$@\"; }; " + script, binary_path()},
       .folder = project.cache().surroundings(),
       .program = "/bin/sh"});
}

TEST(RunStreams, TenMegabytesPassThroughByteForByte) {
  const RunProject project;
  BinaryCall call = project.call({"cat"});
  call.input = noise(10'000'000);
  const BinaryAnswer answer = run_binary(call);
  EXPECT_EQ(answer.exit_code, 0);
  EXPECT_TRUE(answer.out == call.input);
}

TEST(RunStreams, StandardOutputHoldsWhatTheCommandWroteAndNothingElse) {
  const RunProject project;
  EXPECT_EQ(project.run({"printf", "x"}).out, "x");
  EXPECT_THAT(project.run({"true"}, {"--dry-run"}).out, IsEmpty());
}

TEST(RunStreams, ALineAtTheStartAndALineAtTheEnd) {
  const RunProject project;
  const BinaryAnswer answer = project.run({"sh", "-c", "echo between >&2"});
  EXPECT_THAT(answer.err,
              ContainsRegex("^hubward: offline: cache is complete \\(tree 1\\); verified 3 "
                            "files, .*\nhubward: warning: hf-hub 0.x.*\nbetween\n"
                            "hubward: offline: command ended with 0 after .* s\n$"));
}

TEST(RunStreams, QuietSaysNothing) {
  const RunProject project;
  EXPECT_THAT(project.run({"true"}, {"--quiet"}).err, IsEmpty());
}

TEST(RunStreams, AClosedInputStaysClosed) {
  const RunProject project;
  const BinaryAnswer answer = by_shell(project, "hubward -- sh -c '[ ! -e /proc/$$/fd/0 ]' <&-");
  EXPECT_EQ(answer.exit_code, 0) << answer.err;
}

TEST(RunStreams, EachClosedStreamAndAllOfThemStayClosedAndHubwardRuns) {
  const RunProject project;
  for (const std::string closed : {"<&-", ">&-", "2>&-", "<&- >&-", ">&- 2>&-", "<&- >&- 2>&-"}) {
    // Which of them are open for the command, by a file that it opens itself.
    const std::string look = "exec sh -c 'ls /proc/$$/fd >seen; exit 3' ";
    const std::string folder = project.cache().surroundings();
    by_shell(project, "(" + look + closed + ")");
    const std::string plain = read_file(folder + "/seen");
    const BinaryAnswer answer =
        by_shell(project, "(hubward --level layout -- sh -c 'ls /proc/$$/fd >seen; exit 3' " +
                              closed + "); exit $?");
    EXPECT_EQ(answer.exit_code, 3) << closed;
    EXPECT_EQ(read_file(folder + "/seen"), plain) << closed;
  }
}

TEST(RunStreams, ANonBlockingStandardErrorLosesNoWordOfOursAndStaysNonBlocking) {
  const RunProject project;
  // The pipe is filled to the brim before hubward says its first word; its reader waits.
  const BinaryAnswer answer = run_binary(
      {.args = {"-c",
                "import os, subprocess, sys\n"
                "ours, theirs = os.pipe()\n"
                "os.set_blocking(theirs, False)\n"
                "filled = 0\n"
                "while True:\n"
                "    try: filled += os.write(theirs, b'x' * 512)\n"
                "    except BlockingIOError: break\n"
                "run = subprocess.Popen(sys.argv[1:], stderr=theirs, stdout=subprocess.PIPE)\n"
                "os.close(theirs)\n"
                "got = b''\n"
                "while piece := os.read(ours, 65536): got += piece\n"
                "sys.stdout.write(got[filled:].decode() + run.stdout.read().decode())\n"
                "sys.exit(run.wait())\n",
                binary_path(), "run", "--cache-dir", project.cache().path(), "--", "python3", "-c",
                "import os; print(os.get_blocking(2))"},
       .folder = project.cache().surroundings(),
       .program = "/usr/bin/python3"});
  EXPECT_EQ(answer.exit_code, 0) << answer.err;
  EXPECT_THAT(answer.out,
              ContainsRegex("^hubward: offline: cache is complete .*\nhubward: warning: "
                            ".*\nhubward: offline: command ended with 0 .*\nFalse\n$"));
}

TEST(RunStreams, TheCommandsOwnFullPipeHoldsNothingBackButTheCommand) {
  const RunProject project;
  // The reader goes when it has seen enough: the command dies of SIGPIPE, as without hubward.
  const BinaryAnswer answer =
      by_shell(project, "{ hubward -- yes; echo $? >code; } | head -1; cat code");
  EXPECT_EQ(answer.out, "y\n141\n");
}

TEST(RunStreams, WithStandardErrorClosedTheCommandRunsAndNoFileGetsOurLines) {
  const RunProject project;
  const BinaryAnswer answer = by_shell(
      project, "hubward --report report.json -- sh -c 'exit 4' 2>&-; echo $?; cat report.json");
  EXPECT_THAT(answer.out, HasSubstr("4\n{\n"));
  EXPECT_THAT(answer.out, Not(HasSubstr("hubward: ")));
}

TEST(RunStreams, AReaderOfOurLinesThatHasGoneCostsTheCommandNothing) {
  const RunProject project;
  const BinaryAnswer answer = by_shell(
      project,
      "{ hubward -- sh -c 'sleep 0.1; exit 4' 3>&1 2>&1; echo code $? >code; } | true; cat code");
  EXPECT_EQ(answer.out, "code 4\n");
}

TEST(RunStreams, AnExtraDescriptorReachesTheCommand) {
  const RunProject project;
  EXPECT_EQ(by_shell(project, "hubward -- sh -c 'echo kept >&5' 5>&1").out, "kept\n");
}

TEST(RunStreams, NohupStaysInForce) {
  const RunProject project;
  const BinaryAnswer answer =
      by_shell(project, "trap '' HUP INT; hubward -- grep -E '^Sig(Ign|Blk)' /proc/self/status");
  EXPECT_EQ(answer.out, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000003\n");
}

TEST(RunStreams, TheDirectoryIsTheOneOfMinusC) {
  const RunProject project;
  make_folder(project / "below");
  write_file(project / "below/model_manifest.txt", "gpt2\n");
  EXPECT_EQ(
      run_binary({.args = {"-C", "below", "run", "--cache-dir", project.cache().path(), "pwd"},
                  .folder = project.cache().surroundings()})
          .out,
      (project / "below") + "\n");
}

TEST(RunStreams, TheEnvironmentIsChangedByTheModeAndByRunEnvOnly) {
  const RunProject project;
  write_file(project / "hubward.toml", "[run.env]\nMINE = \"1\"\n");
  BinaryCall call = project.call({"env"});
  call.environment = {{"ODD", "a=b=c"}, {"HF_TOKEN", "hf_secretsecretsecretsecretsecret12"}};
  const std::string with = run_binary(call).out;
  call.args = {};
  call.program = "/usr/bin/env";
  std::string without = run_binary(call).out;
  for (std::size_t at = 0; at < without.size();) {
    const std::size_t end = without.find('\n', at);
    const std::string line = without.substr(at, end - at);
    if (!line.starts_with("_=")) {
      EXPECT_THAT(with, HasSubstr(line + "\n"));
    }
    at = end + 1;
  }
  EXPECT_THAT(with, HasSubstr("HF_HUB_OFFLINE=1\n"));
  EXPECT_THAT(with, HasSubstr("MINE=1\n"));
}

TEST(RunStreams, TheCommandMayLeaveACoreAsBefore) {
  const RunProject project;
  // 3 is PR_GET_DUMPABLE.
  EXPECT_EQ(project.run({"python3", "-c", "import ctypes; print(ctypes.CDLL(None).prctl(3))"}).out,
            "1\n");
}

TEST(RunStreams, TheTokenIsInNothingThatHubwardSays) {
  const RunProject project;
  const std::string token = "hf_secretsecretsecretsecretsecret12";
  project.fetch_by("exit 75");
  remove_tree(project.cache() / project.repo().pointer("model.safetensors"));
  for (const std::vector<std::string>& flags :
       {std::vector<std::string>{}, {"--dry-run"}, {"--drop-token"}, {"--log-level", "debug"}}) {
    BinaryCall call = project.call({"true"}, flags);
    call.args.insert(call.args.begin() + 1, {"--report", "report.json"});
    call.environment = {{"HF_TOKEN", token}};
    const BinaryAnswer answer = run_binary(call);
    EXPECT_THAT(answer.err + answer.out, Not(HasSubstr("secret")));
  }
  EXPECT_THAT(read_file(project / "report.json"), Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace hubward::test
