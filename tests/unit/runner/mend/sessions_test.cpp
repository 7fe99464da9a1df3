#include "runner/mend/sessions.h"

#include <gtest/gtest.h>

namespace hubward {
namespace {

TEST(SessionName, IsATimeAndAProcessAndPerhapsANumber) {
  EXPECT_TRUE(is_session_name("20231114T221320Z-4711"));
  EXPECT_TRUE(is_session_name("20231114T221320Z-4711-2"));
  for (const char* name : {"", "notes", "20231114T221320Z", "20231114T221320Z-", "2023T221320Z-1",
                           "20231114T221320Z-4711-", "20231114T221320Z-4711-2-3",
                           "20231114T221320Z-4711x", "x20231114T221320Z-4711"}) {
    EXPECT_FALSE(is_session_name(name)) << name;
  }
}

}  // namespace
}  // namespace hubward
