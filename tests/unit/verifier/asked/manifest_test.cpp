#include "tests/support/text_fixtures.h"
#include <hubward/manifest.h>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::SizeIs;

/// "LINE TYPE/ID@REVISION PROFILE options", the language of good/*.expected; "-" is no profile.
std::string spelled(const ManifestEntry& entry) {
  const auto profile = entry.effective_profile();
  std::string text = fmt::format("{} {}@{} {}", entry.line, entry.repo.qualified(),
                                 entry.revision.text(), profile ? to_string(*profile) : "-");
  for (const std::string& path : entry.gguf) text += " gguf:" + path;
  for (const std::string& glob : entry.files) text += " file:" + glob;
  for (const std::string& glob : entry.never) text += " not:" + glob;
  if (entry.optional) text += " optional";
  return text;
}

std::string fault_of(std::string_view text) {
  const auto manifest = parse_manifest(text, "m.txt");
  return manifest ? "" : manifest.error().what;
}

Manifest parsed(std::string_view text) {
  auto manifest = parse_manifest(text, "m.txt");
  EXPECT_TRUE(manifest) << fault_of(text);
  return manifest ? *manifest : Manifest();
}

TEST(Manifest, EveryGoodFixtureHasItsEntries) {
  const auto fixtures = test::text_fixtures("manifests/good");
  ASSERT_GE(fixtures.size(), 9u);
  for (const auto& fixture : fixtures) {
    const auto manifest = parse_manifest(fixture.text, fixture.name);
    ASSERT_TRUE(manifest) << manifest.error().what;
    EXPECT_EQ(manifest->path, fixture.name);
    std::string entries;
    for (const ManifestEntry& entry : manifest->entries)
      entries += (entries.empty() ? "" : "\n") + spelled(entry);
    EXPECT_EQ(entries, fixture.expected) << fixture.name;
  }
}

TEST(Manifest, EveryBadFixtureHasItsErrorsAllAtOnce) {
  const auto fixtures = test::text_fixtures("manifests/bad");
  ASSERT_GE(fixtures.size(), 13u);
  for (const auto& fixture : fixtures) {
    const auto manifest = parse_manifest(fixture.text, fixture.name);
    ASSERT_FALSE(manifest) << fixture.name;
    EXPECT_EQ(manifest.error().kind, ErrorKind::bad_input);
    EXPECT_EQ(manifest.error().where, "");
    EXPECT_EQ(manifest.error().what, fixture.expected) << fixture.name;
  }
}

TEST(Manifest, AMebibyteIsTheMost) {
  std::string text = "gpt2\n" + std::string(kMaxManifestBytes, '\n');
  text.resize(kMaxManifestBytes);
  EXPECT_THAT(parsed(text).entries, SizeIs(1));
  EXPECT_EQ(fault_of(text + "\n"),
            "m.txt:1:1: error: the manifest has 1048577 bytes, the most is 1048576");
}

TEST(Manifest, ALineMayHave4096BytesWithoutItsEnd) {
  const std::string longest = "gpt2 #" + std::string(kMaxManifestLine - 6, 'x');
  ASSERT_EQ(longest.size(), 4096u);
  EXPECT_THAT(parsed(longest + "\r\nbert\n").entries, SizeIs(2));
  EXPECT_EQ(fault_of("bert\n" + longest + "x\n"),
            "m.txt:2:1: error: the line has 4097 bytes, the most is 4096");
}

TEST(Manifest, ALineThatIsTooLongHidesNoOtherError) {
  EXPECT_THAT(fault_of(std::string(5000, '#') + "\n-a\n"), HasSubstr("m.txt:2:1: error"));
}

TEST(Manifest, IdPartsAndRevisionsAreBoundAsTheHubBindsThem) {
  const std::string part(96, 'a');
  const std::string revision(255, 'r');
  EXPECT_THAT(parsed(part + "/" + part + "@" + revision).entries, SizeIs(1));
  EXPECT_THAT(fault_of(part + "a"), HasSubstr("more than 96 characters"));
  EXPECT_THAT(fault_of("a@" + revision + "r"), HasSubstr("more than 255 bytes"));
}

TEST(Manifest, ManyEntriesAboutOneRepoUniteInReasonableTime) {
  std::string text;
  for (int i = 0; text.size() < kMaxManifestBytes - 20; ++i) text += fmt::format("g file:{}\n", i);
  const Manifest manifest = parsed(text);
  ASSERT_THAT(manifest.entries, SizeIs(1));
  EXPECT_GT(manifest.entries[0].files.size(), 50'000u);
}

TEST(Manifest, AHostileFileNameIsShownEscaped) {
  const auto manifest = parse_manifest("-a", "m\x1b.txt");
  ASSERT_FALSE(manifest);
  EXPECT_THAT(manifest.error().what, testing::StartsWith("m\\x1b.txt:1:1: error: "));
}

TEST(ManifestEntry, GgufOrFileAloneReplaceAutoAndAProfileStands) {
  EXPECT_EQ(parsed("a/b").entries[0].effective_profile(), Profile::automatic);
  EXPECT_EQ(parsed("a/b not:x").entries[0].effective_profile(), Profile::automatic);
  EXPECT_EQ(parsed("a/b gguf:x").entries[0].effective_profile(), std::nullopt);
  EXPECT_EQ(parsed("a/b file:x").entries[0].effective_profile(), std::nullopt);
  EXPECT_EQ(parsed("a/b file:x profile:auto").entries[0].effective_profile(), Profile::automatic);
  EXPECT_EQ(parsed("a/b gguf:x profile:tokenizer").entries[0].effective_profile(),
            Profile::tokenizer);
}

TEST(NearestId, MistypedAndShortenedNamesFindTheirEntry) {
  const Manifest manifest = parsed(
      "gpt2\nbert-base-uncased\nsentence-transformers/all-MiniLM-L6-v2\ndatasets/rajpurkar/squad\n"
      "models/datasets/x\n");
  EXPECT_EQ(nearest_id(manifest, "gtp2"), "gpt2");
  EXPECT_EQ(nearest_id(manifest, "bert-base-cased"), "bert-base-uncased");
  EXPECT_EQ(nearest_id(manifest, "minilm"), "sentence-transformers/all-MiniLM-L6-v2");
  EXPECT_EQ(nearest_id(manifest, "all-MiniLM-L12-v2"), "sentence-transformers/all-MiniLM-L6-v2");
  EXPECT_EQ(nearest_id(manifest, "rajpurkar/sqad@main"), "datasets/rajpurkar/squad");
  EXPECT_EQ(nearest_id(manifest, "datasets/y"), "models/datasets/x");
}

TEST(NearestId, AManifestWithoutEntriesHasNone) { EXPECT_EQ(nearest_id(Manifest(), "gpt2"), ""); }

}  // namespace
}  // namespace hubward
