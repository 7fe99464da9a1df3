#include "verifier/text/diagnostic.h"

#include <gtest/gtest.h>

namespace hubward {
namespace {

TEST(Diagnostics, AllAreToldInTheOrderOfTheirPlaces) {
  Diagnostics diagnostics("a\nb.txt");
  EXPECT_TRUE(diagnostics.empty());
  diagnostics.error({.line = 10, .column = 1}, "third");
  diagnostics.error({.line = 2, .column = 11}, "second");
  diagnostics.error({.line = 2, .column = 3}, "first");
  diagnostics.error({.line = 10, .column = 1}, "fourth");
  EXPECT_FALSE(diagnostics.empty());
  const Error error = diagnostics.joined();
  EXPECT_EQ(error.kind, ErrorKind::bad_input);
  EXPECT_EQ(error.where, "");
  EXPECT_EQ(error.what,
            "a\\x0ab.txt:2:3: error: first\n"
            "a\\x0ab.txt:2:11: error: second\n"
            "a\\x0ab.txt:10:1: error: third\n"
            "a\\x0ab.txt:10:1: error: fourth");
}

}  // namespace
}  // namespace hubward
