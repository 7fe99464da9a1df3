#include "runner/fetch/failure_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

EntryFailure failure(std::string_view id, std::string what, bool optional = false) {
  return {.repo = *RepoId::parse(RepoType::model, id),
          .revision = *Revision::parse("main"),
          .optional = optional,
          .failure = {.fault = FetchFault::not_found,
                      .where = "https://hub/" + std::string(id),
                      .what = std::move(what)}};
}

TEST(FailureLines, SayOnceWhatIsTheSameForSeveral) {
  Downloaded downloaded;
  downloaded.failures = {failure("gpt2", "no answer after 3 ms (port 9)"),
                         failure("org/model", "no answer after 12 ms (port 9)"),
                         failure("x", "gone")};
  EXPECT_THAT(
      failure_lines(downloaded),
      ElementsAre("error: 2 entries not fetched: no answer (port 9)",
                  "  gpt2@main       https://hub/gpt2", "  org/model@main  https://hub/org/model",
                  "error: 1 entry not fetched: gone", "  x@main  https://hub/x"));
}

TEST(FailureLines, TellANoteFromAnErrorOfTheSameWords) {
  Downloaded downloaded;
  downloaded.failures = {failure("a", "gone"), failure("b", "gone", true)};
  EXPECT_THAT(failure_lines(downloaded),
              ElementsAre("error: 1 entry not fetched: gone", "  a@main  https://hub/a",
                          "note: 1 entry not fetched: gone", "  b@main  https://hub/b"));
}

TEST(FailureLines, LeaveOtherWordsAboutTimeAlone) {
  Downloaded downloaded;
  downloaded.failures = {failure("a", "stopped after 6 tries")};
  EXPECT_THAT(failure_lines(downloaded).front(), HasSubstr("stopped after 6 tries"));
}

TEST(BeforeNextFetch, SaysWhatToChangeByTheKindOfFailure) {
  EXPECT_THAT(before_next_fetch(77, ""), HasSubstr("HF_TOKEN"));
  EXPECT_THAT(before_next_fetch(69, ""), HasSubstr("reaches the Hub"));
  EXPECT_THAT(before_next_fetch(75, ""), HasSubstr("wait"));
  EXPECT_THAT(before_next_fetch(75, "2026-11-28T14:00:00Z"),
              HasSubstr("until 2026-11-28T14:00:00Z"));
  EXPECT_THAT(before_next_fetch(74, ""), HasSubstr("room"));
  EXPECT_THAT(before_next_fetch(1, ""), HasSubstr("manifest"));
  EXPECT_EQ(before_next_fetch(0, ""), "");
}

}  // namespace
}  // namespace hubward
