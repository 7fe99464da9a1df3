// `hubward run` on caches that are not whole: quarantine, the project's own downloader, the second
// verification, and what the report tells of it.
#include "tests/support/files.h"
#include "tests/support/json_schema.h"
#include "tests/support/run_project.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

namespace hubward::test {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(RunFetch, ABadBlobIsSetAsideFetchedAnewAndTheCommandGoesOffline) {
  const RunProject project;
  flip_bit(project.cache() / project.repo().blob("config.json"), 3);
  project.fetch_by("echo from the downloader; " + project.restore());
  const BinaryAnswer answer =
      project.run({"sh", "-c", "echo $HUBWARD_MODE"}, {"--report", "report.json"});
  EXPECT_EQ(answer.exit_code, 0) << answer.err;
  EXPECT_EQ(answer.out, "offline\n");
  EXPECT_THAT(answer.err, HasSubstr("from the downloader\n"));
  EXPECT_THAT(answer.err, HasSubstr("hubward: offline: fetched; cache is complete (tree 1)"));
  const std::string report = read_file(project / "report.json");
  EXPECT_THAT(report_violations(report), IsEmpty());
  EXPECT_THAT(report, AllOf(HasSubstr("\"verdict\": \"complete\""), HasSubstr("\"quarantine\""),
                            HasSubstr("\"fetch\""), HasSubstr("\"run\"")));
}

TEST(RunFetch, AMissingFileIsNamedAndFetchedWithoutQuarantine) {
  const RunProject project;
  const std::string blob = project.cache() / project.repo().blob("config.json");
  remove_tree(blob);
  project.fetch_by(project.restore());
  const BinaryAnswer answer = project.run({"true"});
  EXPECT_EQ(answer.exit_code, 0) << answer.err;
  EXPECT_THAT(answer.err, HasSubstr("fetching: cache is incomplete (tree 1): pointer-dangling " +
                                    project.repo().pointer("config.json")));
  EXPECT_FALSE(exists(project / ".hubward-quarantine"));
}

TEST(RunFetch, TheDownloadersEndDecidesWhereTheCacheIsNotMended) {
  struct Row {
    std::string script;
    std::string policy;
    int code;
    std::string ending;
  };
  const Row rows[] = {
      {"exit 0", "auto", 0, ""},
      {"exit 1", "auto", 0, ""},
      {"exit 69", "auto", 125, "[69 unreachable]"},
      {"exit 75", "auto", 125, "[75 rate-limited]"},
      {"exit 77", "auto", 125, "[77 denied]"},
      {"exit 3", "auto", 125, "[1 incomplete]"},
      {"kill -9 $$", "auto", 125, "[1 incomplete]"},
      {"exit 75", "online", 0, ""},
      {"exit 0", "fail", 125, "[1 incomplete]"},
  };
  for (const Row& row : rows) {
    const RunProject project;
    remove_tree(project.cache() / project.repo().blob("config.json"));
    project.fetch_by(row.script, "[run]\non_fetch_failure = \"" + row.policy + "\"\n");
    const BinaryAnswer answer = project.run({"sh", "-c", "echo $HUBWARD_MODE"});
    EXPECT_EQ(answer.exit_code, row.code) << row.script << " " << row.policy << "\n" << answer.err;
    EXPECT_EQ(answer.out, row.code == 0 ? "online\n" : "");
    if (row.code != 0) {
      EXPECT_THAT(last_line(answer.err), EndsWith(row.ending));
    }
  }
}

TEST(RunFetch, OfflineNeverStartsTheDownloader) {
  const RunProject project;
  remove_tree(project.cache() / project.repo().blob("config.json"));
  project.fetch_by("touch fetched; " + project.restore());
  EXPECT_EQ(project.run({"true"}, {"--offline"}).exit_code, 125);
  BinaryCall call = project.call({"true"});
  call.environment = {{"HF_HUB_OFFLINE", "TRUE"}};
  EXPECT_EQ(run_binary(call).exit_code, 125);
  EXPECT_FALSE(exists(project / "fetched"));
}

TEST(RunFetch, ADownloaderDoesNotEatTheCommandsInput) {
  const RunProject project;
  remove_tree(project.cache() / project.repo().blob("config.json"));
  project.fetch_by("cat; " + project.restore());
  BinaryCall call = project.call({"cat"});
  call.input = "for the command";
  const BinaryAnswer answer = run_binary(call);
  EXPECT_EQ(answer.out, "for the command");
  EXPECT_THAT(answer.err, Not(HasSubstr("for the command")));
}

TEST(RunFetch, AnAbsentCacheCanBeFilledFromNothing) {
  const RunProject project;
  write_file(project / "elsewhere/keep", "");
  project.fetch_by("rm -rf new/hub && mkdir -p new && cp -a hub new/hub");
  BinaryCall call = project.call({"sh", "-c", "echo $HF_HUB_CACHE"});
  call.args[2] = project / "new/hub";
  const BinaryAnswer answer = run_binary(call);
  EXPECT_EQ(answer.exit_code, 0) << answer.err;
  EXPECT_EQ(answer.out, (project / "new/hub") + "\n");
}

TEST(RunFetch, ACompleteCacheThatMayNotBeWrittenNeedsNoMore) {
  const RunProject project;
  BinaryCall call = project.call({"sh", "-c", "echo $HUBWARD_MODE"});
  call.as = As::nobody;
  const BinaryAnswer answer = run_binary(call);
  EXPECT_EQ(answer.exit_code, 0) << answer.err;
  EXPECT_EQ(answer.out, "offline\n");
}

TEST(RunFetch, WhereNothingCanBeSetAsideNothingIsFetchedOrStarted) {
  const RunProject project;
  const std::string blob = project.cache() / project.repo().blob("config.json");
  flip_bit(blob, 3);
  project.fetch_by("touch hub/fetched");
  BinaryCall call = project.call({"echo", "started"});
  call.as = As::nobody;
  make_folder(call.folder + "/home");
  ASSERT_EQ(::chmod((call.folder + "/home").c_str(), 0777), 0);
  ASSERT_EQ(::chmod(call.folder.c_str(), 0555), 0);
  const BinaryAnswer answer = run_binary(call);
  EXPECT_EQ(answer.exit_code, 125);
  EXPECT_EQ(answer.out, "");
  EXPECT_THAT(last_line(answer.err), EndsWith("[74 i/o error]"));
  EXPECT_TRUE(exists(blob));
  EXPECT_FALSE(exists(project / "hub/fetched"));
}

TEST(RunFetch, AHostileCacheIsRefusedBeforeAnythingIsFetched) {
  const RunProject project;
  make_link("/etc/passwd", project.cache() / project.repo().pointer("evil"));
  project.fetch_by("touch fetched");
  const BinaryAnswer answer = project.run({"true"});
  EXPECT_EQ(answer.exit_code, 125);
  EXPECT_THAT(last_line(answer.err), EndsWith("[2 hostile]"));
  EXPECT_FALSE(exists(project / "fetched"));
  EXPECT_EQ(project.run({"sh", "-c", "exit 8"}, {"--repair-hostile"}).exit_code, 8);
  EXPECT_FALSE(exists(project.cache() / project.repo().pointer("evil")));
}

TEST(RunFetch, GithubReadsModeVerdictAndReason) {
  const RunProject project;
  remove_tree(project.cache() / project.repo().blob("config.json"));
  project.fetch_by(project.restore());
  BinaryCall call = project.call({"true"});
  call.environment = {{"GITHUB_ACTIONS", "true"},
                      {"GITHUB_OUTPUT", project / "output"},
                      {"GITHUB_STEP_SUMMARY", project / "summary"},
                      {"HF_TOKEN", "hf_mask_me"}};
  const BinaryAnswer answer = run_binary(call);
  EXPECT_EQ(answer.exit_code, 0);
  EXPECT_TRUE(answer.err.starts_with("::add-mask::hf_mask_me\n")) << answer.err;
  EXPECT_EQ(read_file(project / "output"), "mode=offline\nverdict=complete\nreason=fetched\n");
  EXPECT_THAT(read_file(project / "summary"), HasSubstr("### hubward: offline (fetched)"));
}

}  // namespace
}  // namespace hubward::test
