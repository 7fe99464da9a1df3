#include "runner/run.h"

#include "tests/unit/runner/run_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

TEST_F(Run, ACompleteCacheRunsTheCommandOfflineAndGivesItsExitCode) {
  EXPECT_EQ(run(), 7);
  EXPECT_THAT(environment_seen(), HasSubstr("HF_HUB_OFFLINE=1\n"));
  EXPECT_THAT(environment_seen(), HasSubstr("HUBWARD_MODE=offline\n"));
  EXPECT_EQ(verifications_, 1);
  EXPECT_THAT(said_,
              ContainsRegex("^hubward: offline: cache is complete \\(assumed 1\\); verified 3 "
                            "files, .* in .*\nhubward: offline: command ended with 7 after .*\n$"));
  EXPECT_FALSE(exists(cache_.surroundings() + "/.hubward-quarantine"));
}

TEST_F(Run, QuietDropsTheFirstAndTheLastLine) {
  request_.quiet = true;
  request_.set_cache_variables = true;
  EXPECT_EQ(run(), 7);
  EXPECT_THAT(said_, IsEmpty());
}

TEST_F(Run, ACacheOfOurOwnChoiceIsToldToTheClientsWithAWarningForTheDeafOne) {
  request_.set_cache_variables = true;
  EXPECT_EQ(run(), 7);
  EXPECT_THAT(environment_seen(), HasSubstr("HF_HUB_CACHE=" + cache_.path() + "\n"));
  EXPECT_THAT(said_, HasSubstr("hubward: warning: hf-hub 0.x"));
}

TEST_F(Run, AnIncompleteCacheIsRefusedWhereNothingCanBeFetched) {
  remove_tree(cache_ / repo_.pointer("model.safetensors"));
  EXPECT_EQ(run(), 125);
  EXPECT_FALSE(was_started());
  EXPECT_THAT(said_, HasSubstr("file-missing"));
  EXPECT_THAT(last_line(), StartsWith("hubward: error: the cache is incomplete, and nothing can be "
                                      "fetched"));
  EXPECT_THAT(last_line(), EndsWith("[1 incomplete]"));
}

TEST_F(Run, WithoutADownloaderNothingIsTakenAway) {
  flip_bit(cache_ / repo_.blob("config.json"), 0);
  EXPECT_EQ(run(), 125);
  EXPECT_TRUE(exists(cache_ / repo_.blob("config.json")));
  EXPECT_THAT(last_line(), EndsWith("[2 corrupt]"));
}

TEST_F(Run, ABadBlobIsTakenAwayFetchedAnewAndOnlyTheNewOneIsHashedAgain) {
  write_file(cache_.surroundings() + "/saved", "{}");
  flip_bit(cache_ / repo_.blob("config.json"), 0);
  download_by(restore(repo_.blob("config.json")));
  EXPECT_EQ(run(), 7);
  EXPECT_EQ(read_file(quarantined(repo_.blob("config.json"))).size(), 2U);
  EXPECT_THAT(said_, HasSubstr("hubward: offline: fetched; cache is complete"));
  EXPECT_THAT(environment_seen(), HasSubstr("HF_HUB_OFFLINE=1\n"));
  ASSERT_EQ(hashed_.size(), 2U);
  EXPECT_EQ(hashed_[1], 2U);
}

TEST_F(Run, TheDownloaderHasTheTokenTheOnlineEnvironmentAndNoRunEnv) {
  remove_tree(cache_ / repo_.pointer("model.safetensors"));
  request_.environment.push_back("HF_HUB_DISABLE_IMPLICIT_TOKEN=1");
  request_.run_env = {{"MINE", "1"}};
  request_.drop_token = true;
  download_by("exit 75");
  EXPECT_EQ(run(), 125);
  const std::string seen = read_file(cache_.surroundings() + "/downloader");
  EXPECT_THAT(seen, HasSubstr("HF_TOKEN=hf_secret\n"));
  EXPECT_THAT(seen, HasSubstr("HUBWARD_MODE=online\n"));
  EXPECT_THAT(seen, Not(HasSubstr("HF_HUB_DISABLE_IMPLICIT_TOKEN")));
  EXPECT_THAT(seen, Not(HasSubstr("MINE")));
}

TEST_F(Run, ADownloadThatEndedWellButDidNotMendLetsTheCommandGoOnline) {
  remove_tree(cache_ / repo_.pointer("model.safetensors"));
  request_.environment.push_back("HF_HUB_OFFLINE=0");
  download_by("exit 1");
  EXPECT_EQ(run(), 7);
  EXPECT_THAT(environment_seen(), HasSubstr("HUBWARD_MODE=online\n"));
  EXPECT_THAT(environment_seen(), HasSubstr("HF_TOKEN=hf_secret\n"));
  EXPECT_THAT(environment_seen(), Not(HasSubstr("HF_HUB_OFFLINE")));
  EXPECT_THAT(said_, HasSubstr("; the download did not mend it; "));
}

TEST_F(Run, ARateLimitedDownloadIsRefusedWithItsReason) {
  remove_tree(cache_ / repo_.pointer("model.safetensors"));
  download_by("exit 75");
  EXPECT_EQ(run(), 125);
  EXPECT_FALSE(was_started());
  EXPECT_THAT(last_line(), AllOf(HasSubstr("try again later"), EndsWith("[75 rate-limited]")));
}

TEST_F(Run, ADownloaderThatCannotBeStartedIsRefusedBeforeAnythingIsChanged) {
  const std::string blob = cache_ / repo_.blob("model.safetensors");
  flip_bit(blob, 0);
  for (const char* command : {"no-such-downloader", "/"}) {
    request_.fetch_command = {command};
    EXPECT_EQ(run(), 125);
    EXPECT_THAT(last_line(), HasSubstr("[fetch] command: cannot run '"));
    EXPECT_THAT(last_line(), EndsWith("[65 bad config]"));
    EXPECT_TRUE(exists(blob));
    EXPECT_FALSE(exists(cache_.surroundings() + "/.hubward-quarantine"));
  }
}

TEST_F(Run, ADownloaderThatCannotBeStartedKeepsNobodyFromGoingOnlineWhoAlwaysDoes) {
  remove_tree(cache_ / repo_.pointer("model.safetensors"));
  request_.fetch_command = {"no-such-downloader"};
  request_.on_fetch_failure = OnFetchFailure::online;
  EXPECT_EQ(run(), 7);
  EXPECT_THAT(said_, HasSubstr("error: [fetch] command: cannot run 'no-such-downloader'"));
  EXPECT_THAT(environment_seen(), HasSubstr("HUBWARD_MODE=online"));
}

TEST_F(Run, ADryRunWarnsOfADownloaderThatCannotBeStarted) {
  remove_tree(cache_ / repo_.pointer("model.safetensors"));
  request_.fetch_command = {"no-such-downloader"};
  request_.dry_run = true;
  EXPECT_EQ(run(), 0);
  EXPECT_THAT(said_, HasSubstr("warning: [fetch] command: cannot run 'no-such-downloader'"));
}

TEST_F(Run, ACopiedFileThatWasTakenAwayAndDidNotComeBackIsMissed) {
  remove_tree(cache_ / repo_.pointer("tokenizer.json"));
  write_file(cache_ / repo_.pointer("tokenizer.json"), "<!DOCTYPE html><html>");
  download_by("exit 0");
  request_.on_fetch_failure = OnFetchFailure::fail;
  EXPECT_EQ(run(), 125);
  EXPECT_THAT(said_, HasSubstr("not downloaded again: " + repo_.pointer("tokenizer.json")));
  EXPECT_THAT(last_line(), EndsWith("[1 incomplete]"));
}

TEST_F(Run, AnOfflineEnvironmentNeverFetches) {
  remove_tree(cache_ / repo_.pointer("model.safetensors"));
  request_.environment.push_back("HF_HUB_OFFLINE=yes");
  request_.on_incomplete = OnIncomplete::online;
  download_by("exit 0");
  EXPECT_EQ(run(), 125);
  EXPECT_FALSE(downloader_ran());
  EXPECT_FALSE(was_started());
  EXPECT_THAT(last_line(), AllOf(HasSubstr("HF_HUB_OFFLINE"), EndsWith("[1 incomplete]")));
}

TEST_F(Run, ARefusalToFetchNamesWhatReallyAsksForIt) {
  remove_tree(cache_ / repo_.pointer("model.safetensors"));
  request_.environment.push_back("TRANSFORMERS_OFFLINE=1");
  EXPECT_EQ(run(), 125);
  EXPECT_THAT(last_line(), HasSubstr("and TRANSFORMERS_OFFLINE forbids"));
  request_.offline = true;
  EXPECT_EQ(run(), 125);
  EXPECT_THAT(last_line(), HasSubstr("and --offline forbids"));
}

TEST_F(Run, OnIncompleteOnlineTakesBadFilesAwayAndFetchesNothing) {
  flip_bit(cache_ / repo_.blob("config.json"), 0);
  request_.on_incomplete = OnIncomplete::online;
  request_.environment = {"PATH=/usr/bin:/bin"};
  download_by("exit 0");
  EXPECT_EQ(run(), 7);
  EXPECT_FALSE(downloader_ran());
  EXPECT_FALSE(exists(cache_ / repo_.blob("config.json")));
  EXPECT_THAT(environment_seen(), HasSubstr("HUBWARD_MODE=online\n"));
  EXPECT_THAT(said_, HasSubstr("; anonymous, no token\n"));
}

TEST_F(Run, AHostileCacheIsRefusedAndNothingIsTouched) {
  make_link("../../../../../../etc/passwd", cache_ / repo_.pointer("evil"));
  download_by("exit 0");
  EXPECT_EQ(run(), 125);
  EXPECT_FALSE(downloader_ran());
  EXPECT_TRUE(exists(cache_ / repo_.pointer("evil")));
  EXPECT_THAT(last_line(), EndsWith("[2 hostile]"));
}

TEST_F(Run, RepairHostileTakesTheHostileAwayAndThenTheRestDecides) {
  make_link("../../../../../../etc/passwd", cache_ / repo_.pointer("evil"));
  request_.repair_hostile = true;
  EXPECT_EQ(run(), 7);
  EXPECT_FALSE(exists(cache_ / repo_.pointer("evil")));
  EXPECT_EQ(test::read_link(quarantined(repo_.pointer("evil"))), "../../../../../../etc/passwd");
  EXPECT_THAT(environment_seen(), HasSubstr("HUBWARD_MODE=offline\n"));
}

TEST_F(Run, ADryRunTellsThePlanAndChangesNothing) {
  flip_bit(cache_ / repo_.blob("config.json"), 0);
  make_link("../../../../../../etc/passwd", cache_ / repo_.pointer("evil"));
  request_.repair_hostile = true;
  request_.dry_run = true;
  request_.report_path = cache_.surroundings() + "/report.json";
  download_by("exit 0");
  EXPECT_EQ(run(), 0);
  EXPECT_FALSE(downloader_ran());
  EXPECT_FALSE(was_started());
  EXPECT_FALSE(exists(*request_.report_path));
  EXPECT_TRUE(exists(cache_ / repo_.blob("config.json")));
  EXPECT_THAT(said_,
              HasSubstr("plan: quarantine " + repo_.blob("config.json") + " (blob-corrupt)"));
  EXPECT_THAT(said_, HasSubstr("plan: quarantine " + repo_.pointer("evil") + " (pointer-escapes)"));
  EXPECT_THAT(said_, HasSubstr("plan: environment HF_HUB_OFFLINE=1\n"));
  EXPECT_THAT(said_, HasSubstr("plan: command sh -c "));
  EXPECT_THAT(said_, Not(HasSubstr("hf_secret")));
}

TEST_F(Run, WhatCannotBeTakenAwayIsAnIoErrorAndNothingIsStarted) {
  flip_bit(cache_ / repo_.blob("config.json"), 0);
  write_file(cache_.surroundings() + "/.hubward-quarantine", "in the way");
  download_by("exit 0");
  EXPECT_EQ(run(), 125);
  EXPECT_FALSE(downloader_ran());
  EXPECT_TRUE(exists(cache_ / repo_.blob("config.json")));
  EXPECT_THAT(last_line(), EndsWith("[74 i/o error]"));
}

}  // namespace
}  // namespace hubward
