#include "runner/fetch/fetch_progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace hubward {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr std::uint64_t kMega = 1'000'000;

class Progress : public testing::Test {
 protected:
  FetchProgress start(ProgressKind kind) {
    return {kind,
            begun_,
            {.draw = [this](std::string_view bytes) { drawn_.emplace_back(bytes); },
             .screen = [this] { return screen_; },
             .say = [this](std::string_view line) { said_.emplace_back(line); }}};
  }
  /// What stands on the screen after the last drawing: its lines.
  std::vector<std::string> shown() const {
    const std::string& bytes = drawn_.back();
    std::istringstream text(bytes.substr(bytes.find("\x1b[J") + 3));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) {
      if (line.ends_with('\r')) line.pop_back();
      lines.push_back(line);
    }
    return lines;
  }

  const FetchProgress::Time begun_{std::chrono::hours(1)};
  Screen screen_;
  std::vector<std::string> drawn_;
  std::vector<std::string> said_;
};

TEST_F(Progress, ElsewhereIsALineEveryTenSecondsAlsoWhenNothingComes) {
  FetchProgress progress = start(ProgressKind::now_and_then);
  const auto at = [&](int second, std::uint64_t megabytes) {
    progress.look({{{"lab/model", megabytes * kMega, 100 * kMega}}}, begun_ + seconds(second));
  };
  for (int second = 1; second <= 10; ++second) at(second, 25);
  at(19, 30);
  EXPECT_THAT(said_, ElementsAre("lab/model: 25.0 MB of 100.0 MB, 25 %, 2.5 MB/s, 30.0 s left"));
  for (int second = 20; second <= 40; ++second) at(second, 30);
  EXPECT_THAT(said_, SizeIs(4));
  EXPECT_EQ(said_.back(), "lab/model: 30.0 MB of 100.0 MB, 30 %, 0 B/s");
  EXPECT_THAT(drawn_, IsEmpty());
}

TEST_F(Progress, BeforeTheListingIsKnownItSaysSo) {
  FetchProgress progress = start(ProgressKind::now_and_then);
  progress.look({}, begun_ + seconds(11));
  EXPECT_THAT(said_, ElementsAre("asking what there is"));
}

TEST_F(Progress, NoneIsNone) {
  FetchProgress progress = start(ProgressKind::none);
  progress.look({{{"lab/model", 1, 2}}}, begun_ + std::chrono::hours(9));
  progress.clear();
  EXPECT_THAT(said_, IsEmpty());
  EXPECT_THAT(drawn_, IsEmpty());
}

TEST_F(Progress, OnATerminalEachRepoUnderWayHasALineAndAllOfThemOne) {
  FetchProgress progress = start(ProgressKind::display);
  Transfer transfer{{{"lab/whole", 5 * kMega, 5 * kMega},
                     {"lab/first", 0, 100 * kMega},
                     {"lab/second", 0, 10 * kMega},
                     {"lab/later", 0, 10 * kMega}}};
  progress.look(transfer, begun_);
  transfer.repos[1].done = 20 * kMega;
  transfer.repos[2].done = 5 * kMega;
  progress.look(transfer, begun_ + seconds(2));
  EXPECT_THAT(shown(),
              ElementsAre("  lab/first: 20.0 MB of 100.0 MB, 20 %, 10.0 MB/s, 8.0 s left",
                          "  lab/second: 5.0 MB of 10.0 MB, 50 %, 2.5 MB/s, 2.0 s left",
                          "1 of 4 repos: 30.0 MB of 125.0 MB, 24 %, 15.0 MB/s, 6.3 s left"));
  progress.look(transfer, begun_ + milliseconds(2100));
  EXPECT_THAT(drawn_, SizeIs(1)) << "not more than five times a second";
}

TEST_F(Progress, IsDrawnOverItselfAndTakenAwayWhole) {
  FetchProgress progress = start(ProgressKind::display);
  const Transfer transfer{{{"a/a", 1, 2}, {"b/b", 1, 2}}};
  progress.look(transfer, begun_ + seconds(1));
  EXPECT_THAT(drawn_.back(), testing::StartsWith("\r\x1b[J"));
  progress.look(transfer, begun_ + seconds(2));
  EXPECT_THAT(drawn_.back(), testing::StartsWith("\r\x1b[2A\x1b[J"));
  progress.clear();
  EXPECT_EQ(drawn_.back(), "\r\x1b[2A\x1b[J");
  progress.clear();
  EXPECT_THAT(drawn_, SizeIs(3));
}

TEST_F(Progress, KeepsEveryLineWithinANarrowTerminalAndTheShareLongest) {
  Transfer transfer;
  for (int repo = 0; repo < 20; ++repo) {
    transfer.repos.push_back(
        {"organisation/model-of-a-long-name-" + std::to_string(repo), 10 * kMega, 100 * kMega});
  }
  for (const unsigned columns : {200U, 80U, 60U, 40U, 20U, 10U, 2U, 1U}) {
    screen_ = {.columns = columns, .rows = 6};
    FetchProgress progress = start(ProgressKind::display);
    progress.look(transfer, begun_ + seconds(1));
    EXPECT_THAT(shown(), SizeIs(testing::Le(5U)));
    for (const std::string& line : shown()) EXPECT_LE(line.size(), std::max(columns, 2U) - 1);
    if (columns == 60) {
      EXPECT_EQ(shown()[0], "  organisation/model-of-a-long-name-0: 10 %, 0 B/s");
      EXPECT_EQ(shown().back(), "0 of 20 repos: 10 %, 200.0 MB/s, 9.0 s left");
    }
    if (columns == 20) {
      EXPECT_EQ(shown().back(), "0 of 20 repos: 10 %");
    }
  }
}

TEST_F(Progress, ATerminalThatHasBecomeNarrowerIsStillClearedWhole) {
  FetchProgress progress = start(ProgressKind::display);
  progress.look({{{"lab/model", 10 * kMega, 100 * kMega}}}, begun_ + seconds(1));
  const std::size_t length = shown()[0].size();
  screen_.columns = static_cast<unsigned>(length / 2);
  progress.clear();
  EXPECT_THAT(drawn_.back(), testing::AnyOf("\r\x1b[1A\x1b[J", "\r\x1b[2A\x1b[J"));
}

TEST_F(Progress, UsesNoColour) {
  FetchProgress progress = start(ProgressKind::display);
  progress.look({{{"a/a", 1, 2}, {"b/b", 1, 2}}}, begun_ + seconds(1));
  EXPECT_THAT(drawn_, Each(Not(HasSubstr("m"))));
}

TEST_F(Progress, WhatWasBegunAnewIsNeverMoreThanAll) {
  FetchProgress progress = start(ProgressKind::now_and_then);
  progress.look({{{"lab/model", 300, 100}}}, begun_ + seconds(10));
  EXPECT_THAT(said_.back(), HasSubstr("100 B of 100 B, 100 %"));
}

}  // namespace
}  // namespace hubward
