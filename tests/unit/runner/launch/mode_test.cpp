#include "runner/launch/mode.h"

#include <gtest/gtest.h>

#include <vector>

namespace hubward {
namespace {

constexpr OnIncomplete kOnIncomplete[] = {OnIncomplete::fetch, OnIncomplete::online,
                                          OnIncomplete::fail};
constexpr OnFetchFailure kOnFetchFailure[] = {OnFetchFailure::automatic, OnFetchFailure::online,
                                              OnFetchFailure::fail};
constexpr FetchEnd kFetchEnds[] = {FetchEnd::well,      FetchEnd::unreachable,
                                   FetchEnd::try_later, FetchEnd::denied,
                                   FetchEnd::failed,    FetchEnd::no_downloader};

std::vector<ModePolicy> all_policies() {
  std::vector<ModePolicy> policies;
  for (const OnIncomplete on_incomplete : kOnIncomplete) {
    for (const OnFetchFailure on_fetch_failure : kOnFetchFailure) {
      for (const bool offline_wanted : {false, true}) {
        policies.push_back({on_incomplete, on_fetch_failure, offline_wanted});
      }
    }
  }
  return policies;
}

TEST(Mode, ACompleteCacheGoesOfflineUnderEveryPolicy) {
  for (const ModePolicy& policy : all_policies()) {
    EXPECT_EQ(decide_first(CacheState::complete, policy),
              (Decision{Step::go_offline, ModeReason::complete}));
  }
}

TEST(Mode, AHostileCacheIsRefusedUnderEveryPolicy) {
  for (const ModePolicy& policy : all_policies()) {
    EXPECT_EQ(decide_first(CacheState::hostile, policy),
              (Decision{Step::refuse, ModeReason::hostile}));
    for (const FetchEnd end : kFetchEnds) {
      EXPECT_EQ(decide_after_fetch(CacheState::hostile, end, policy),
                (Decision{Step::refuse, ModeReason::hostile}));
    }
  }
}

TEST(Mode, WhoeverWantsOfflineIsNeverFetchedForNorSentOnline) {
  for (const ModePolicy& policy : all_policies()) {
    if (!policy.offline_wanted) continue;
    for (const CacheState state : {CacheState::incomplete, CacheState::corrupt}) {
      EXPECT_EQ(decide_first(state, policy), (Decision{Step::refuse, ModeReason::incomplete}));
    }
  }
}

TEST(Mode, OnIncompleteDecidesWhatFollowsAnIncompleteOrCorruptCache) {
  for (const CacheState state : {CacheState::incomplete, CacheState::corrupt}) {
    EXPECT_EQ(decide_first(state, {.on_incomplete = OnIncomplete::fetch}).step, Step::fetch);
    EXPECT_EQ(decide_first(state, {.on_incomplete = OnIncomplete::online}).step, Step::go_online);
    EXPECT_EQ(decide_first(state, {.on_incomplete = OnIncomplete::fail}).step, Step::refuse);
  }
}

TEST(Mode, ACacheThatIsCompleteAfterTheDownloadGoesOfflineHoweverTheDownloadEnded) {
  for (const ModePolicy& policy : all_policies()) {
    for (const FetchEnd end : kFetchEnds) {
      EXPECT_EQ(decide_after_fetch(CacheState::complete, end, policy),
                (Decision{Step::go_offline, ModeReason::fetched}));
    }
  }
}

struct AfterFetchRow {
  OnFetchFailure policy;
  FetchEnd end;
  Decision decision;
};

TEST(Mode, AutoGoesOnlineOnlyAfterADownloadThatEndedWell) {
  using enum FetchEnd;
  const AfterFetchRow rows[] = {
      {OnFetchFailure::automatic, well, {Step::go_online, ModeReason::incomplete}},
      {OnFetchFailure::automatic, unreachable, {Step::refuse, ModeReason::unreachable}},
      {OnFetchFailure::automatic, try_later, {Step::refuse, ModeReason::rate_limited}},
      {OnFetchFailure::automatic, denied, {Step::refuse, ModeReason::denied}},
      {OnFetchFailure::automatic, failed, {Step::refuse, ModeReason::incomplete}},
      {OnFetchFailure::automatic, no_downloader, {Step::refuse, ModeReason::incomplete}},
      {OnFetchFailure::online, well, {Step::go_online, ModeReason::incomplete}},
      {OnFetchFailure::online, unreachable, {Step::go_online, ModeReason::unreachable}},
      {OnFetchFailure::online, try_later, {Step::go_online, ModeReason::rate_limited}},
      {OnFetchFailure::online, denied, {Step::go_online, ModeReason::denied}},
      {OnFetchFailure::online, failed, {Step::go_online, ModeReason::incomplete}},
      {OnFetchFailure::online, no_downloader, {Step::go_online, ModeReason::incomplete}},
      {OnFetchFailure::fail, well, {Step::refuse, ModeReason::incomplete}},
      {OnFetchFailure::fail, unreachable, {Step::refuse, ModeReason::unreachable}},
      {OnFetchFailure::fail, try_later, {Step::refuse, ModeReason::rate_limited}},
      {OnFetchFailure::fail, denied, {Step::refuse, ModeReason::denied}},
      {OnFetchFailure::fail, failed, {Step::refuse, ModeReason::incomplete}},
      {OnFetchFailure::fail, no_downloader, {Step::refuse, ModeReason::incomplete}},
  };
  for (const AfterFetchRow& row : rows) {
    for (const CacheState state : {CacheState::incomplete, CacheState::corrupt}) {
      const Decision decision =
          decide_after_fetch(state, row.end, {.on_fetch_failure = row.policy});
      EXPECT_EQ(decision, row.decision)
          << "policy " << static_cast<int>(row.policy) << ", end " << static_cast<int>(row.end);
    }
  }
}

TEST(Mode, ADownloadersStatusIsReadByTheCodesOfFetch) {
  EXPECT_EQ(fetch_end_of(0), FetchEnd::well);
  EXPECT_EQ(fetch_end_of(1), FetchEnd::well);
  EXPECT_EQ(fetch_end_of(69), FetchEnd::unreachable);
  EXPECT_EQ(fetch_end_of(75), FetchEnd::try_later);
  EXPECT_EQ(fetch_end_of(77), FetchEnd::denied);
  for (const int code : {2, 64, 65, 66, 70, 74, 76, 78, 126, 127, 137, 143, 255}) {
    EXPECT_EQ(fetch_end_of(code), FetchEnd::failed) << code;
  }
}

TEST(Mode, ARefusalIsNumberedAsAnyOtherCommandWouldExit) {
  EXPECT_EQ(refusal_code(CacheState::incomplete, ModeReason::incomplete), 1);
  EXPECT_EQ(refusal_code(CacheState::corrupt, ModeReason::incomplete), 2);
  EXPECT_EQ(refusal_code(CacheState::hostile, ModeReason::hostile), 2);
  EXPECT_EQ(refusal_code(CacheState::incomplete, ModeReason::unreachable), 69);
  EXPECT_EQ(refusal_code(CacheState::incomplete, ModeReason::rate_limited), 75);
  EXPECT_EQ(refusal_code(CacheState::corrupt, ModeReason::denied), 77);
}

TEST(Mode, OneHostileFindingMakesTheStateHostileWhateverTheVerdictSays) {
  Report report;
  report.verdict = Verdict::corrupt;
  EXPECT_EQ(state_of(report), CacheState::corrupt);
  report.findings.push_back(make_finding(FindingCode::pointer_escapes, "models--a/snapshots/c/x"));
  EXPECT_EQ(state_of(report), CacheState::hostile);
}

TEST(Mode, ReasonsAreSpelledAsGithubOutputPromises) {
  EXPECT_EQ(to_string(ModeReason::rate_limited), "rate-limited");
  EXPECT_EQ(to_string(ModeReason::complete), "complete");
  EXPECT_EQ(to_string(Mode::refuse), "refuse");
}

}  // namespace
}  // namespace hubward
