#include "verifier/asked/cache_key.h"

#include "tests/support/source_dir.h"
#include "tests/support/text_fixtures.h"
#include "verifier/asked/config_value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <set>

namespace hubward {
namespace {

using testing::ElementsAre;

std::string meaning(const std::string& text) {
  const auto manifest = parse_manifest(text, "m");
  EXPECT_TRUE(manifest) << manifest.error().what;
  return manifest ? meaning_of(*manifest) : "";
}

std::string lock_meaning(const std::string& text) {
  const auto lock = parse_lock_file(text, "l");
  EXPECT_TRUE(lock) << lock.error().what;
  return lock ? meaning_of(*lock) : "";
}

TEST(CacheKey, IsPrefixVersionSystemAndHash) {
  const CacheKey key{"huggingface-models", 2, "Linux", std::string(64, 'a')};
  EXPECT_EQ(key.text(), "huggingface-models-v2-Linux-" + std::string(64, 'a'));
  EXPECT_THAT(key.restore_keys(), ElementsAre("huggingface-models-v2-Linux-"));
}

TEST(CacheKey, TheSystemIsSpelledAsGithubSpellsIt) {
#if defined(__linux__)
  EXPECT_EQ(runner_os(), "Linux");
#endif
}

TEST(CacheKey, HowAManifestIsWrittenDoesNotMatter) {
  const std::string plain = meaning("gpt2\norg/b gguf:x.gguf file:*.json not:onnx/*\n");
  for (const char* same :
       {"\xEF\xBB\xBFgpt2\r\norg/b gguf:x.gguf file:*.json not:onnx/*\r\n",
        "# a comment\n\n  gpt2\t # another\norg/b\tgguf:x.gguf   file:*.json not:onnx/*",
        "org/b gguf:x.gguf file:*.json not:onnx/*\ngpt2\n",
        "org/b not:onnx/* file:*.json gguf:x.gguf\ngpt2\n",
        "org/b not:\"onnx/*\" file:\"*.json\" gguf:\"x.gguf\"\nmodels/gpt2@main\n",
        "org/b gguf:x.gguf\norg/b file:*.json file:*.json not:onnx/*\ngpt2 profile:auto\n",
        "gpt2\norg/b gguf:x.gguf file:*.json not:onnx/\n"})
    EXPECT_EQ(meaning(same), plain) << same;
}

TEST(CacheKey, EveryWishOfAManifestMatters) {
  std::set<std::string> meanings;
  const std::array manifests = {"gpt2",
                                "gpt3",
                                "org/gpt2",
                                "datasets/gpt2",
                                "gpt2@v1",
                                "gpt2 optional",
                                "gpt2 profile:tokenizer",
                                "gpt2 profile:all",
                                "gpt2 file:a",
                                "gpt2 gguf:a",
                                "gpt2 not:a",
                                "gpt2 file:b",
                                "gpt2 file:a file:b",
                                "gpt2 profile:auto file:a",
                                "gpt2 file:\"a b\"",
                                "gpt2\norg/b"};
  for (const char* manifest : manifests) meanings.insert(meaning(manifest));
  EXPECT_EQ(meanings.size(), manifests.size());
}

TEST(CacheKey, TheMeaningsFormIsAPromise) {
  EXPECT_EQ(meaning("gpt2 optional\ndatasets/a/b@v1 file:b not:c gguf:z.gguf file:a/"),
            "hubward key, manifest 1\n"
            "models/gpt2\tmain\tauto\toptional\n"
            "datasets/a/b\tv1\tfiles\trequired\n"
            "\tgguf\tz.gguf\n\tfile\ta/*\n\tfile\tb\n\tnot\tc\n");
}

TEST(CacheKey, HowALockIsWrittenDoesNotMatter) {
  const std::string text =
      test::read_text(test::source_dir() + "/fixtures/locks/good/every-key.toml");
  std::string crlf = "# a comment\r\n";
  for (const char c : text) crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
  EXPECT_EQ(lock_meaning(crlf), lock_meaning(text));
}

TEST(CacheKey, EveryValueOfALockMatters) {
  const std::string repo =
      "version = 1\n[[repo]]\nid = \"a\"\ntype = \"model\"\nrevision = \"main\"\ncommit = \"" +
      std::string(40, '1') + "\"\n";
  const std::string file =
      "[[repo.file]]\npath = \"p\"\nsize = 1\noid = \"sha1:" + std::string(40, '2') + "\"\n";
  const auto with = [](std::string text, const std::string& from, const std::string& to) {
    return text.replace(text.find(from), from.size(), to);
  };
  std::set<std::string> meanings;
  const std::vector<std::string> locks = {
      repo,
      repo + file,
      with(repo + file, "\"a\"", "\"b\""),
      with(repo + file, "\"model\"", "\"dataset\""),
      with(repo + file, "\"main\"", "\"v1\""),
      with(repo + file, "1111", "1112"),
      with(repo + file, "\"p\"", "\"q\""),
      with(repo + file, "size = 1", "size = 2"),
      with(repo + file, "2222", "2223"),
      repo + file + "sha256 = \"" + std::string(64, '3') + "\"\n",
      repo + "absent = [\"x\"]\n" + file,
      repo + "absent = [\"y\"]\n" + file,
  };
  for (const std::string& lock : locks) meanings.insert(lock_meaning(lock));
  EXPECT_EQ(meanings.size(), locks.size());
}

std::string lowered(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// Keys made of the parts that keys are made of, so that they collide where they can at all.
std::vector<CacheKey> likely_to_collide(std::mt19937& random) {
  const auto below = [&](std::size_t end) { return random() % end; };
  constexpr std::array<const char*, 3> kSystems = {"Linux", "macOS", "Windows"};
  const std::array hashes = {std::string(64, 'a'), std::string(64, 'b'),
                             "a" + std::string(63, 'b')};
  const std::array<std::string, 16> parts = {"a",     "-",     "-v",      "1",         "-v1", "2",
                                             "Linux", "macOS", "Windows", "-v1-Linux", "-v",  "v1-",
                                             "linux", "-V1-",  hashes[0], hashes[1]};
  std::vector<CacheKey> keys;
  while (keys.size() < 200) {
    std::string prefix;
    for (std::size_t count = 1 + below(5); count > 0; --count) prefix += parts[below(parts.size())];
    if (fault_of_key_prefix(prefix)) continue;
    keys.push_back({prefix, static_cast<int>(below(3) == 0 ? 11 : 1 + below(2)),
                    kSystems[below(kSystems.size())], hashes[below(hashes.size())]});
  }
  return keys;
}

/// A key as engines that know no case compare it.
struct Compared {
  std::string text;
  std::string restore;
  std::string group;  ///< prefix, version and system: what a restore key may find
};

TEST(CacheKey, NoKeyIsThePrefixOfAnotherAndNoRestoreKeyFindsAnotherVersion) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::mt19937 random(seed);
    std::vector<Compared> keys;
    for (const CacheKey& key : likely_to_collide(random)) {
      keys.push_back({lowered(key.text()), lowered(key.restore_keys().front()),
                      lowered(key.prefix) + "\n" + std::to_string(key.version) + key.os});
    }
    for (const Compared& one : keys) {
      for (const Compared& other : keys) {
        const bool begins = other.text.starts_with(one.text);
        const bool found = other.text.starts_with(one.restore);
        if (begins == (other.text == one.text) && found == (other.group == one.group)) continue;
        FAIL() << one.text << "\n" << other.text;
      }
    }
  }
}

TEST(CacheKey, TheLongestPrefixGivesTheLongestKeyThatIsTaken) {
  const CacheKey longest{std::string(kMaxKeyPrefix, 'p'), 2147483647, "Windows",
                         std::string(64, 'a')};
  EXPECT_EQ(longest.text().size(), kMaxCacheKey);
}

}  // namespace
}  // namespace hubward
