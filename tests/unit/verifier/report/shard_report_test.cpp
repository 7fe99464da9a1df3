#include "verifier/report/shard_report.h"

#include "tests/support/cache_builder.h"
#include "tests/support/files.h"
#include "tests/support/json_schema.h"
#include "tests/support/verify_cache.h"
#include "verifier/report/json.h"
#include "verifier/report/shard_json.h"
#include <hubward/version.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Of a cache with damage and a name that is no UTF-8.
std::string sample() {
  test::CacheBuilder cache;
  auto& repo = cache.repo("gpt2");
  repo.file("config.json", "{}").file("w\xff\\eights.safetensors", "tiny").file("model.bin", "x");
  test::write_file(cache.path() + "/" + repo.blob("model.bin"), "<html>no</html>");
  VerifyRequest request;
  request.shard = Shard{1, 1};
  request.scope = Scope::all;
  return render_json(test::verify_manifest(cache, "gpt2\nabsent/one optional\n", request));
}

std::string with(std::string json, std::string_view what, std::string_view instead) {
  const std::size_t at = json.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return at == std::string::npos ? json : json.replace(at, what.size(), instead);
}

std::string fault_of(std::string_view json) {
  const auto report = parse_shard_report(json);
  EXPECT_FALSE(report);
  return report ? "" : report.error().what;
}

TEST(ShardReport, IsReadAsItWasWritten) {
  const std::string json = sample();
  EXPECT_THAT(test::report_violations(json), ElementsAre());
  const auto report = parse_shard_report(json);
  ASSERT_TRUE(report) << report.error().what;
  EXPECT_EQ(render_json(*report), json);
  EXPECT_EQ(report->findings.front().manifest_line, 1);
}

TEST(ShardReport, SaysWhatAPersonHandedInByMistake) {
  EXPECT_THAT(fault_of("complete: 2 entries"), HasSubstr("not JSON"));
  EXPECT_THAT(fault_of(sample() + sample()),
              HasSubstr("holds several reports, and one was expected"));
  EXPECT_THAT(fault_of(R"({"a": "}{"})"
                       "x"),
              HasSubstr("not JSON"));
  EXPECT_EQ(fault_of("[]"), "is no report of hubward verify --format json");
  EXPECT_EQ(fault_of(with(sample(), "hubward.report/1", "hubward.key/1")),
            "is no report of hubward verify --format json");
  EXPECT_EQ(fault_of(render_json(Report{.cache_path = "/c"})),
            "is the report of no shard: hubward verify --shard I/N --format json writes one");
  EXPECT_THAT(fault_of(with(sample(), kVersion, "0.0.7")),
              HasSubstr("was written by hubward 0.0.7"));
}

TEST(ShardReport, NamesTheFirstFieldThatIsNotAsItShouldBe) {
  const std::string json = sample();
  EXPECT_THAT(fault_of(with(json, "\"of\": 1", "\"of\": 0")), HasSubstr("`shard.index`"));
  EXPECT_THAT(fault_of(with(json, "\"of\": 1", "\"of\": 10001")), HasSubstr("`shard.index`"));
  EXPECT_THAT(fault_of(with(json, "\"optional\": false", "\"optional\": 0")),
              HasSubstr("`repos[0].optional`"));
  EXPECT_THAT(fault_of(with(json, "\"id\": \"gpt2\"", "\"id\": \"../gpt2\"")),
              HasSubstr("`repos[0].id`"));
  EXPECT_THAT(fault_of(with(json, "\"class\": \"corrupt\"", "\"class\": \"fine\"")),
              HasSubstr(".class`"));
  EXPECT_THAT(fault_of(with(json, "\"held\": true", "\"holds\": true")),
              HasSubstr("`shard.entries[0].held`"));
  EXPECT_THAT(fault_of(with(json, "\"affects_total\": 1", "\"affects_total\": 0")),
              HasSubstr(".affects_total`"));
  EXPECT_THAT(fault_of(with(json, "\"cache\": \"sha256:", "\"cache\": \"sha256:g")),
              HasSubstr("`shard.cache`"));
}

TEST(ShardReport, TextsThatATerminalWouldObeyAreRefused) {
  EXPECT_THAT(fault_of(with(sample(), "\"detail\": \"", "\"detail\": \"\\u001b[2J")),
              HasSubstr(".detail`"));
}

TEST(ShardReport, RowsWithoutTheirEntriesAreRefused) {
  std::string json = sample();
  const std::size_t from = json.find("\"entries\": [");
  const std::size_t to = json.find("\"lines\"");
  json.replace(from, to - from, "\"entries\": [],\n    ");
  EXPECT_THAT(fault_of(json), HasSubstr("`shard.entries`"));
}

}  // namespace
}  // namespace hubward
