#include "runner/run.h"

#include "runner/cli/exit_code.h"
#include "runner/cli/output.h"
#include "tests/support/cache_builder.h"
#include "tests/support/files.h"
#include "verifier/proof/proof_book.h"
#include <hubward/manifest.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <dirent.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include <csignal>

namespace hubward {
namespace {

using test::CacheBuilder;
using test::exists;
using test::flip_bit;
using test::make_link;
using test::read_file;
using test::remove_tree;
using test::write_file;
using testing::AllOf;
using testing::ContainsRegex;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

// A cache of one model, a manifest that names it, and a command that writes its environment to
// `seen`.
class Run : public testing::Test {
 protected:
  Run() : repo_(cache_.repo("gpt2")) {
    repo_.file("config.json", "{}")
        .file("tokenizer.json", "[]")
        .file("model.safetensors", kWeights);
    manifest_ = *parse_manifest("gpt2\n", "model_manifest.txt");
    request_.verify.cache_path = cache_.path();
    request_.verify.manifest = &manifest_;
    request_.command = {"sh", "-c", "env > " + seen() + "; exit 7"};
    request_.environment = {"PATH=/usr/bin:/bin", "HF_TOKEN=hf_secret"};
  }

  std::string seen() const { return cache_.surroundings() + "/seen"; }
  std::string environment_seen() const { return read_file(seen()); }
  bool was_started() const { return exists(seen()); }

  /// A downloader that leaves its environment in `downloader` and then does what `script` says, in
  /// the cache.
  void download_by(const std::string& script) {
    request_.fetch_command = {
        "sh", "-c", "cd " + cache_.path() + "; env > ../downloader; echo to-stdout; " + script};
  }
  bool downloader_ran() const { return exists(cache_.surroundings() + "/downloader"); }
  std::string restore(const std::string& blob) const { return "cp ../saved " + blob + "; "; }

  int run() {
    Observer observer;
    // Ten seconds on, the files of the test are old enough to be remembered.
    ProofBook book([] {
      const auto now = std::chrono::system_clock::now() + std::chrono::seconds(10);
      return std::chrono::duration_cast<std::chrono::nanoseconds>(now.time_since_epoch()).count();
    });
    const RunPorts ports{
        .verify =
            [&](const VerifyRequest& request) {
              ++verifications_;
              const auto disk = real_disk(request.cache_path, request.allow_roots);
              auto report = verify(request, *disk, observer, &book);
              if (report) hashed_.push_back(report->totals.bytes_hashed);
              return report;
            },
        .say =
            [&](std::string_view text, Patience) {
              said_ += text;
              dumpable_.push_back(::prctl(PR_GET_DUMPABLE));
            },
        .utc = [] { return std::chrono::system_clock::from_time_t(1'700'000'000); },
        .monotonic = [] { return std::chrono::steady_clock::now(); },
        .exit_code_of = [](ErrorKind kind) { return exit_code_of(kind); },
        .write_file = write_output_file};
    sigset_t mask;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    const int code = hubward::run(request_, ports);
    ::pthread_sigmask(SIG_SETMASK, &mask, nullptr);  // run leaves all blocked
    return code;
  }

  std::string last_line() const {
    const std::size_t end = said_.find_last_not_of('\n');
    const std::size_t begin = said_.rfind('\n', end);
    return said_.substr(begin == std::string::npos ? 0 : begin + 1,
                        end - (begin == std::string::npos ? 0 : begin + 1) + 1);
  }
  std::string quarantined(const std::string& path) const {
    const std::string home = cache_.surroundings() + "/.hubward-quarantine/hub/";
    return home + "20231114T221320Z-" + std::to_string(::getpid()) + "/" + path;
  }

  // {"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}} and its one byte.
  static inline const std::string kWeights =
      std::string("\x35\0\0\0\0\0\0\0", 8) +
      R"({"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})" + "w";

  CacheBuilder cache_;
  test::RepoBuilder& repo_;
  Manifest manifest_;
  RunRequest request_;
  std::string said_;
  int verifications_ = 0;
  std::vector<std::uint64_t> hashed_;
  std::vector<int> dumpable_;  ///< at each line said
};

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
}

TEST_F(Run, ARateLimitedDownloadIsRefusedWithItsReason) {
  remove_tree(cache_ / repo_.pointer("model.safetensors"));
  download_by("exit 75");
  EXPECT_EQ(run(), 125);
  EXPECT_FALSE(was_started());
  EXPECT_THAT(last_line(), AllOf(HasSubstr("try again later"), EndsWith("[75 rate-limited]")));
}

TEST_F(Run, ADownloaderThatCannotBeStartedIsAFailedDownload) {
  remove_tree(cache_ / repo_.pointer("model.safetensors"));
  request_.fetch_command = {"no-such-downloader"};
  EXPECT_EQ(run(), 125);
  EXPECT_THAT(said_, HasSubstr("cannot run 'no-such-downloader'"));
  EXPECT_THAT(last_line(), EndsWith("[1 incomplete]"));
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
  EXPECT_THAT(said_, AllOf(HasSubstr("plan: mode offline"), HasSubstr("hubward: warning: cannot run")));
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

TEST_F(Run, GuardEnforceIsRefusedBeforeAnythingElseAndObserveOnlyWarns) {
  request_.guard = GuardMode::enforce;
  EXPECT_EQ(run(), 125);
  EXPECT_EQ(verifications_, 0);
  EXPECT_THAT(last_line(), EndsWith("[64 usage]"));
  request_.guard = GuardMode::observe;
  EXPECT_EQ(run(), 7);
  EXPECT_THAT(said_, HasSubstr("hubward: warning: --guard observe"));
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
