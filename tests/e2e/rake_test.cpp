// A real `rake test` under `hubward run`: what reaches the tests of a Ruby project, through rake
// and the ruby that rake starts. HF_HUB_OFFLINE is there exactly when the cache is whole; it is the
// tests themselves that look.
#include "tests/support/cache_builder.h"
#include "tests/support/files.h"
#include "tests/support/run_binary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hubward::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr char kRakefile[] = R"(require "rake/testtask"
Rake::TestTask.new { |task| task.pattern = "*_test.rb"; task.verbose = false }
)";

constexpr char kModelTest[] = R"(require "minitest/autorun"
class ModelTest < Minitest::Test
  def test_offline
    puts "seen: #{ENV["HF_HUB_OFFLINE"].inspect} mode: #{ENV["HUBWARD_MODE"].inspect}"
    if ENV["DUE"] == "unset"
      assert_nil ENV["HF_HUB_OFFLINE"]
    else
      assert_equal ENV.fetch("DUE"), ENV["HF_HUB_OFFLINE"]
    end
  end
end
)";

class Rake : public testing::Test {
 protected:
  Rake() {
    cache_.repo("gpt2")
        .file("config.json", "{}")
        .file("tokenizer.json", "{}")
        .file("model.safetensors", weights_, {.lfs = true})
        .listing();
    write_file(project("Rakefile"), kRakefile);
    write_file(project("model_test.rb"), kModelTest);
    write_file(project("model_manifest.txt"), "gpt2\n");
  }

  std::string project(const std::string& file) const {
    return cache_.surroundings() + "/project/" + file;
  }

  /// @param due           what the tests must find in HF_HUB_OFFLINE
  /// @param on_incomplete [run] on_incomplete
  BinaryAnswer rake_test(const std::string& due, const std::string& on_incomplete) {
    write_file(project("hubward.toml"), "[run]\non_incomplete = \"" + on_incomplete + "\"\n");
    return run_binary({.args = {"run", "--cache-dir", cache_.path(), "--", "rake", "test"},
                       .folder = cache_.surroundings() + "/project",
                       .environment = {{"DUE", due}}});
  }

  // A safetensors file of one tensor of four bytes.
  const std::string weights_ = [] {
    std::string header = R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
    header.resize((header.size() + 7) / 8 * 8, ' ');
    std::string bytes(8, '\0');
    bytes[0] = static_cast<char>(header.size());
    return bytes + header + "\1\2\3\4";
  }();
  CacheBuilder cache_;
};

TEST_F(Rake, SeesHfHubOfflineWhenTheCacheIsWhole) {
  const BinaryAnswer answer = rake_test("1", "fail");
  EXPECT_EQ(answer.exit_code, 0) << answer.out << answer.err;
  EXPECT_THAT(answer.out, HasSubstr(R"(seen: "1" mode: "offline")"));
}

TEST_F(Rake, SeesNoHfHubOfflineWhenAFileIsMissing) {
  remove_tree(cache_ / cache_.repos().front()->pointer("tokenizer.json"));
  const BinaryAnswer answer = rake_test("unset", "online");
  EXPECT_EQ(answer.exit_code, 0) << answer.out << answer.err;
  EXPECT_THAT(answer.out, HasSubstr(R"(seen: nil mode: "online")"));
}

TEST_F(Rake, SeesNoHfHubOfflineWhenABlobIsDamaged) {
  write_file(cache_ / cache_.repos().front()->blob("config.json"), "[]");
  const BinaryAnswer answer = rake_test("unset", "online");
  EXPECT_EQ(answer.exit_code, 0) << answer.out << answer.err;
  EXPECT_THAT(answer.out, HasSubstr(R"(seen: nil mode: "online")"));
}

TEST_F(Rake, IsNotStartedWhenTheProjectWantsAWholeCacheAndHasNone) {
  write_file(cache_ / cache_.repos().front()->blob("config.json"), "[]");
  const BinaryAnswer answer = rake_test("1", "fail");
  EXPECT_EQ(answer.exit_code, 125) << answer.err;
  EXPECT_THAT(answer.out, IsEmpty());
}

TEST_F(Rake, ExitStatusOfFailingTestsIsPassedOn) {
  const BinaryAnswer answer = rake_test("something else", "fail");
  EXPECT_EQ(answer.exit_code, 1) << answer.err;
  EXPECT_THAT(answer.out, HasSubstr("1 failures"));
  EXPECT_THAT(answer.err, Not(HasSubstr("refuse")));
}

}  // namespace
}  // namespace hubward::test
