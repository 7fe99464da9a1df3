#include "runner/cli/failure.h"

#include "runner/cli/exit_code.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace hubward {
namespace {

TEST(ErrorText, NamesPlaceTryAndReason) {
  EXPECT_EQ(error_text(Error{ErrorKind::io, "out.json", "the result cannot be written", ENOSPC}),
            "hubward: error: out.json: the result cannot be written: No space left on device\n");
}

TEST(ErrorText, LeavesTheDiagnosticsOfATextAsTheyAre) {
  const std::string diagnostics = "m.txt:1:2: error: one\nm.txt:3:4: error: two";
  EXPECT_EQ(error_text(Error{ErrorKind::bad_input, "", diagnostics}), diagnostics + "\n");
}

TEST(ExitCodes, AreTheContracts) {
  EXPECT_EQ(exit_code_of(ErrorKind::usage), 64);
  EXPECT_EQ(exit_code_of(ErrorKind::bad_input), 65);
  EXPECT_EQ(exit_code_of(ErrorKind::no_such_input), 66);
  EXPECT_EQ(exit_code_of(ErrorKind::hub_unreachable), 69);
  EXPECT_EQ(exit_code_of(ErrorKind::io), 74);
  EXPECT_EQ(exit_code_of(ErrorKind::try_later), 75);
  EXPECT_EQ(exit_code_of(ErrorKind::denied), 77);
}

TEST(Reasons, NameTheTextThatIsWrong) {
  EXPECT_EQ(reason_of(ErrorKind::bad_input, Input::manifest), "bad manifest");
  EXPECT_EQ(reason_of(ErrorKind::bad_input, Input::lock), "bad lock");
  EXPECT_EQ(reason_of(ErrorKind::bad_input, Input::config), "bad config");
  EXPECT_EQ(reason_of(ErrorKind::no_such_input, Input::manifest), "no manifest");
  EXPECT_EQ(reason_of(ErrorKind::usage, Input::command_line), "usage");
}

}  // namespace
}  // namespace hubward
