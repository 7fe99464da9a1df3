// How `run` fills and mends an incomplete or bad cache before it decides.
#include "tests/support/run_in_process.h"

#include <gmock/gmock.h>

#include <sys/stat.h>

namespace hubward {
namespace {

using test::exists;
using test::flip_bit;
using test::make_link;
using test::read_file;
using test::remove_tree;
using test::write_file;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class RunMending : public test::RunInProcess {};

TEST_F(RunMending, AnIncompleteCacheIsRefusedWhereNothingCanBeFetched) {
  remove_tree(cache_ / repo_.pointer("model.safetensors"));
  EXPECT_EQ(run(), 125);
  EXPECT_FALSE(was_started());
  EXPECT_THAT(said_, HasSubstr("file-missing"));
  EXPECT_THAT(last_line(), StartsWith("hubward: error: the cache is incomplete, and nothing can be "
                                      "fetched"));
  EXPECT_THAT(last_line(), EndsWith("[1 incomplete]"));
}

TEST_F(RunMending, WithoutADownloaderNothingIsTakenAway) {
  flip_bit(cache_ / repo_.blob("config.json"), 0);
  EXPECT_EQ(run(), 125);
  EXPECT_TRUE(exists(cache_ / repo_.blob("config.json")));
  EXPECT_THAT(last_line(), EndsWith("[2 corrupt]"));
}

TEST_F(RunMending, ABadBlobIsTakenAwayFetchedAnewAndOnlyTheNewOneIsHashedAgain) {
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

TEST_F(RunMending, TheDownloaderHasTheTokenTheOnlineEnvironmentAndNoRunEnv) {
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

TEST_F(RunMending, ADownloadThatEndedWellButDidNotMendLetsTheCommandGoOnline) {
  remove_tree(cache_ / repo_.pointer("model.safetensors"));
  request_.environment.push_back("HF_HUB_OFFLINE=0");
  download_by("exit 1");
  EXPECT_EQ(run(), 7);
  EXPECT_THAT(environment_seen(), HasSubstr("HUBWARD_MODE=online\n"));
  EXPECT_THAT(environment_seen(), HasSubstr("HF_TOKEN=hf_secret\n"));
  EXPECT_THAT(environment_seen(), Not(HasSubstr("HF_HUB_OFFLINE")));
}

TEST_F(RunMending, ARateLimitedDownloadIsRefusedWithItsReason) {
  remove_tree(cache_ / repo_.pointer("model.safetensors"));
  download_by("exit 75");
  EXPECT_EQ(run(), 125);
  EXPECT_FALSE(was_started());
  EXPECT_THAT(last_line(), AllOf(HasSubstr("try again later"), EndsWith("[75 rate-limited]")));
}

TEST_F(RunMending, ADownloaderThatCannotBeStartedIsAFailedDownload) {
  remove_tree(cache_ / repo_.pointer("model.safetensors"));
  request_.fetch_command = {"no-such-downloader"};
  EXPECT_EQ(run(), 125);
  EXPECT_THAT(said_, HasSubstr("cannot run 'no-such-downloader'"));
  EXPECT_THAT(last_line(), EndsWith("[1 incomplete]"));
}

TEST_F(RunMending, ACopiedFileThatWasTakenAwayAndDidNotComeBackIsMissed) {
  remove_tree(cache_ / repo_.pointer("tokenizer.json"));
  write_file(cache_ / repo_.pointer("tokenizer.json"), "<!DOCTYPE html><html>");
  download_by("exit 0");
  request_.on_fetch_failure = OnFetchFailure::fail;
  EXPECT_EQ(run(), 125);
  EXPECT_THAT(said_, HasSubstr("not downloaded again: " + repo_.pointer("tokenizer.json")));
  EXPECT_THAT(last_line(), EndsWith("[1 incomplete]"));
}

TEST_F(RunMending, AnOfflineEnvironmentNeverFetches) {
  remove_tree(cache_ / repo_.pointer("model.safetensors"));
  request_.environment.push_back("HF_HUB_OFFLINE=yes");
  request_.on_incomplete = OnIncomplete::online;
  download_by("exit 0");
  EXPECT_EQ(run(), 125);
  EXPECT_FALSE(downloader_ran());
  EXPECT_FALSE(was_started());
  EXPECT_THAT(last_line(), AllOf(HasSubstr("HF_HUB_OFFLINE"), EndsWith("[1 incomplete]")));
}

TEST_F(RunMending, OnIncompleteOnlineTakesBadFilesAwayAndFetchesNothing) {
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

TEST_F(RunMending, AHostileCacheIsRefusedAndNothingIsTouched) {
  make_link("../../../../../../etc/passwd", cache_ / repo_.pointer("evil"));
  download_by("exit 0");
  EXPECT_EQ(run(), 125);
  EXPECT_FALSE(downloader_ran());
  EXPECT_TRUE(exists(cache_ / repo_.pointer("evil")));
  EXPECT_THAT(last_line(), EndsWith("[2 hostile]"));
}

TEST_F(RunMending, RepairHostileTakesTheHostileAwayAndThenTheRestDecides) {
  make_link("../../../../../../etc/passwd", cache_ / repo_.pointer("evil"));
  request_.repair_hostile = true;
  EXPECT_EQ(run(), 7);
  EXPECT_FALSE(exists(cache_ / repo_.pointer("evil")));
  EXPECT_EQ(test::read_link(quarantined(repo_.pointer("evil"))), "../../../../../../etc/passwd");
  EXPECT_THAT(environment_seen(), HasSubstr("HUBWARD_MODE=offline\n"));
}

TEST_F(RunMending, ADryRunTellsThePlanAndChangesNothing) {
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

TEST_F(RunMending, WhatCannotBeTakenAwayIsAnIoErrorAndNothingIsStarted) {
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
