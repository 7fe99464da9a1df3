#include "verifier/asked/config.h"

#include "tests/support/source_dir.h"
#include "tests/support/text_fixtures.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Optional;
using testing::Pair;

Config fixture(const std::string& name) {
  const std::string text = test::read_text(test::source_dir() + "/fixtures/configs/good/" + name);
  auto config = parse_config(text, name);
  EXPECT_TRUE(config) << config.error().what;
  return config ? *config : Config();
}

TEST(Config, AnEmptyFileIsTheDefaults) {
  for (const char* name : {"empty.toml", "only-comments.toml"}) {
    const Config config = fixture(name);
    EXPECT_EQ(config.path, name);
    EXPECT_EQ(config.manifest, std::nullopt);
    EXPECT_EQ(config.lock, std::nullopt);
    EXPECT_EQ(config.cache.client, CacheClient::python);
    EXPECT_EQ(config.cache.dir, std::nullopt);
    EXPECT_THAT(config.cache.allow_roots, IsEmpty());
    EXPECT_EQ(config.verify.level, Level::content);
    EXPECT_EQ(config.verify.require, Basis::assumed);
    EXPECT_EQ(config.verify.ledger, std::nullopt);
    EXPECT_EQ(config.verify.recheck_after, std::nullopt);
    EXPECT_EQ(config.fetch.endpoint, std::nullopt);
    EXPECT_EQ(config.fetch.parallel, 8);
    EXPECT_EQ(config.fetch.retries, 6);
    EXPECT_EQ(config.fetch.deadline, 15min);
    EXPECT_THAT(config.fetch.command, IsEmpty());
    EXPECT_THAT(config.run.command, IsEmpty());
    EXPECT_EQ(config.run.on_incomplete, OnIncomplete::fetch);
    EXPECT_EQ(config.run.on_fetch_failure, OnFetchFailure::automatic);
    EXPECT_EQ(config.run.timeout, std::nullopt);
    EXPECT_FALSE(config.run.bridge_token);
    EXPECT_THAT(config.run.env, IsEmpty());
    EXPECT_EQ(config.guard.mode, GuardMode::off);
    EXPECT_THAT(config.guard.allow, IsEmpty());
    EXPECT_EQ(config.key.prefix, "huggingface-models");
    EXPECT_EQ(config.key.version, 1);
  }
}

TEST(Config, EveryKeyIsRead) {
  const Config config = fixture("every-key.toml");
  EXPECT_THAT(config.manifest, Optional(std::string("test/model_manifest.txt")));
  EXPECT_THAT(config.lock, Optional(std::string("test/models.lock.toml")));
  EXPECT_EQ(config.cache.client, CacheClient::hf_hub_0);
  EXPECT_THAT(config.cache.dir, Optional(std::string("../cache")));
  EXPECT_THAT(config.cache.allow_roots, ElementsAre("/mnt/models", "/srv/hub"));
  EXPECT_EQ(config.verify.level, Level::size);
  EXPECT_EQ(config.verify.require, Basis::tree);
  EXPECT_EQ(config.verify.ledger, true);
  EXPECT_EQ(config.verify.recheck_after, std::chrono::hours(7 * 24));
  EXPECT_THAT(config.fetch.endpoint, Optional(std::string("https://hub.example.org")));
  EXPECT_EQ(config.fetch.parallel, 4);
  EXPECT_EQ(config.fetch.retries, 0);
  EXPECT_EQ(config.fetch.deadline, 90s);
  EXPECT_THAT(config.fetch.command,
              ElementsAre("bundle", "exec", "ruby", "script/download_test_models.rb"));
  EXPECT_THAT(config.run.command, ElementsAre("bundle", "exec", "rake", "test"));
  EXPECT_EQ(config.run.on_incomplete, OnIncomplete::online);
  EXPECT_EQ(config.run.on_fetch_failure, OnFetchFailure::fail);
  EXPECT_THAT(config.run.timeout, Optional(std::chrono::seconds(30min)));
  EXPECT_TRUE(config.run.bridge_token);
  EXPECT_THAT(config.run.env,
              ElementsAre(Pair("EMPTY", ""), Pair("MY_FLAG", "1"), Pair("odd name", "größe")));
  EXPECT_EQ(config.guard.mode, GuardMode::enforce);
  EXPECT_THAT(config.guard.allow,
              ElementsAre("10.0.0.0/8", "fd00::/8", "0.0.0.0/0", "127.0.0.1/32"));
  EXPECT_EQ(config.key.prefix, "my-models");
  EXPECT_EQ(config.key.version, 3);
}

TEST(Config, DottedKeysInlineTablesBomAndCrlfAreToml) {
  const Config config = fixture("other-spellings.toml");
  EXPECT_EQ(config.verify.level, Level::layout);
  EXPECT_THAT(config.run.command, ElementsAre("true", ""));
  EXPECT_EQ(config.run.env.count("A"), 1u);
  EXPECT_THAT(config.fetch.endpoint, Optional(std::string("http://[::1]:8080/base")));
}

TEST(Config, EveryChoiceHasItsNames) {
  const auto level = [](const char* name) {
    return parse_config(fmt::format("[verify]\nlevel = \"{}\"\n", name), "c")->verify.level;
  };
  EXPECT_EQ(level("layout"), Level::layout);
  EXPECT_EQ(level("size"), Level::size);
  EXPECT_EQ(level("content"), Level::content);
  const auto require = [](const char* name) {
    return parse_config(fmt::format("[verify]\nrequire = \"{}\"\n", name), "c")->verify.require;
  };
  EXPECT_EQ(require("assumed"), Basis::assumed);
  EXPECT_EQ(require("tree"), Basis::tree);
  EXPECT_EQ(require("lock"), Basis::lock);
  const auto on_incomplete = [](const char* name) {
    return parse_config(fmt::format("[run]\non_incomplete = \"{}\"\n", name), "c")
        ->run.on_incomplete;
  };
  EXPECT_EQ(on_incomplete("fetch"), OnIncomplete::fetch);
  EXPECT_EQ(on_incomplete("online"), OnIncomplete::online);
  EXPECT_EQ(on_incomplete("fail"), OnIncomplete::fail);
  const auto on_failure = [](const char* name) {
    return parse_config(fmt::format("[run]\non_fetch_failure = \"{}\"\n", name), "c")
        ->run.on_fetch_failure;
  };
  EXPECT_EQ(on_failure("auto"), OnFetchFailure::automatic);
  EXPECT_EQ(on_failure("online"), OnFetchFailure::online);
  EXPECT_EQ(on_failure("fail"), OnFetchFailure::fail);
  const auto mode = [](const char* name) {
    return parse_config(fmt::format("[guard]\nmode = \"{}\"\n", name), "c")->guard.mode;
  };
  EXPECT_EQ(mode("off"), GuardMode::off);
  EXPECT_EQ(mode("observe"), GuardMode::observe);
  EXPECT_EQ(mode("enforce"), GuardMode::enforce);
  const auto with = [](const char* name) {
    return parse_config(fmt::format("[guard]\nwith = \"{}\"\n", name), "c")->guard.with;
  };
  EXPECT_EQ(with("auto"), GuardWith::automatic);
  EXPECT_EQ(with("seccomp"), GuardWith::seccomp);
  EXPECT_EQ(with("netns"), GuardWith::netns);
}

TEST(Config, EveryBadFixtureHasItsErrors) {
  const auto fixtures = test::text_fixtures("configs/bad");
  ASSERT_GE(fixtures.size(), 15u);
  for (const auto& fixture : fixtures) {
    const auto config = parse_config(fixture.text, fixture.name);
    ASSERT_FALSE(config) << fixture.name;
    EXPECT_EQ(config.error().kind, ErrorKind::bad_input);
    EXPECT_EQ(config.error().where, "");
    EXPECT_EQ(config.error().what, fixture.expected) << fixture.name;
  }
}

TEST(Config, AMebibyteIsTheMost) {
  std::string text = "#" + std::string(kMaxConfigBytes - 1, 'x');
  EXPECT_TRUE(parse_config(text, "c.toml"));
  const auto beyond = parse_config(text + "x", "c.toml");
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().what,
            "c.toml:1:1: error: the file has 1048577 bytes, the most is 1048576");
}

TEST(Config, ParallelAndRetriesAreBound) {
  EXPECT_TRUE(parse_config("[fetch]\nparallel = 1\nretries = 100\n", "c"));
  EXPECT_TRUE(parse_config("[fetch]\nparallel = 64\ndeadline = \"8760h\"\n", "c"));
}

}  // namespace
}  // namespace hubward
