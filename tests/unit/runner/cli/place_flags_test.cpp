#include "runner/cli/place_flags.h"

#include <gtest/gtest.h>

namespace hubward {
namespace {

CommandLine line_of(const std::vector<std::string>& arguments) {
  const auto line = parse_command_line(arguments);
  EXPECT_TRUE(line) << line.error().what;
  return line ? *line : CommandLine{};
}

std::string flags_of(const std::vector<std::string>& arguments) {
  return place_flags_of(line_of(arguments));
}

TEST(PlaceFlags, AreThoseThatSayWhereToLookAndNoOthers) {
  EXPECT_EQ(flags_of({"verify", "--cache-dir", "c", "-v", "--manifest=m.txt", "--level", "size"}),
            " --manifest m.txt --cache-dir c");
  EXPECT_EQ(flags_of({"verify", "-C", "a", "-C", "b", "--config", "x.toml", "--no-lock"}),
            " -C a -C b --config x.toml --no-lock");
  EXPECT_EQ(flags_of({"fetch", "--lock", "l.toml", "--require", "tree", "--parallel", "2"}),
            " --lock l.toml --require tree");
  EXPECT_EQ(flags_of({"verify", "gpt2"}), "");
}

TEST(PlaceFlags, AreQuotedForAShell) {
  EXPECT_EQ(flags_of({"verify", "--cache-dir", "/my cache/$x"}), " --cache-dir '/my cache/$x'");
  EXPECT_EQ(flags_of({"verify", "--cache-dir", "it's"}), " --cache-dir $'it\\x27s'");
  EXPECT_EQ(flags_of({"verify", "--cache-dir", "a\nb\\"}), " --cache-dir $'a\\x0ab\\x5c'");
  EXPECT_EQ(flags_of({"verify", "--cache-dir=-x"}), " --cache-dir=-x");
  EXPECT_EQ(flags_of({"verify", "--manifest", "-"}), " --manifest -");
}

TEST(PlaceFlags, NameTheQuarantineApart) {
  const CommandLine line = line_of({"repair", "--quarantine", "q", "--cache-dir", "c"});
  EXPECT_EQ(quarantine_flag_of(line), " --quarantine q");
  EXPECT_EQ(place_flags_of(line), " --cache-dir c");
}

}  // namespace
}  // namespace hubward
