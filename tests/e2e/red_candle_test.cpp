// The nine models of red-candle's manifest (their ids are facts), as a small synthetic cache:
// whole, it is complete; without any one file that is needed, or with one bit of it flipped, it is
// not, and the file is named. Twice: with the listings that the Python client keeps, and without
// any.

#include "tests/support/contents.h"
#include "tests/support/files.h"
#include "tests/support/verify_binary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace hubward::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kManifest[] =
    "# List of models required for tests\n"
    "# Format: model_id [optional: specific files]\n"
    "\n"
    "# NER Models  \n"
    "Babelscape/wikineural-multilingual-ner\n"
    "# Note: dslim/bert-base-NER uses vocab.txt format which may not be fully supported\n"
    "\n"
    "# Embedding Models\n"
    "sentence-transformers/all-MiniLM-L6-v2\n"
    "jinaai/jina-embeddings-v2-base-en\n"
    "\n"
    "# Reranker Models\n"
    "cross-encoder/ms-marco-MiniLM-L-12-v2\n"
    "\n"
    "# LLM Models (GGUF)\n"
    "TheBloke/TinyLlama-1.1B-Chat-v1.0-GGUF gguf:tinyllama-1.1b-chat-v1.0.Q3_K_S.gguf\n"
    "\n"
    "# Tokenizers\n"
    "bert-base-uncased\n"
    "gpt2\n"
    "TinyLlama/TinyLlama-1.1B-Chat-v1.0\n"
    "\n"
    "# Small test models (for quick tests)\n"
    "microsoft/phi-2";

struct Model {
  std::string id;
  std::vector<std::string> needed;  // what a load needs
  std::vector<std::string> beside;  // what is cached too
  std::vector<std::string> least;   // without which not even a cache without listing passes
};

const std::vector<Model>& models() {
  static const std::vector<Model> kModels = {
      {"Babelscape/wikineural-multilingual-ner",
       {"config.json", "model.safetensors", "special_tokens_map.json", "tokenizer.json",
        "tokenizer_config.json", "vocab.txt"},
       {"README.md"},
       {"model.safetensors"}},
      {"sentence-transformers/all-MiniLM-L6-v2",
       {"1_Pooling/config.json", "config.json", "config_sentence_transformers.json",
        "model.safetensors", "modules.json", "sentence_bert_config.json", "tokenizer.json",
        "tokenizer_config.json", "vocab.txt"},
       {"README.md", "onnx/model.onnx", "train_script.py"},
       {"model.safetensors"}},
      {"jinaai/jina-embeddings-v2-base-en",
       {"config.json", "model.safetensors", "tokenizer.json", "vocab.txt"},
       {".gitattributes"},
       {"model.safetensors"}},
      {"cross-encoder/ms-marco-MiniLM-L-12-v2",
       {"config.json", "pytorch_model.bin", "tokenizer.json", "vocab.txt"},
       {"README.md"},
       {"pytorch_model.bin"}},
      {"TheBloke/TinyLlama-1.1B-Chat-v1.0-GGUF",
       {"tinyllama-1.1b-chat-v1.0.Q3_K_S.gguf"},
       {"README.md"},
       {"tinyllama-1.1b-chat-v1.0.Q3_K_S.gguf"}},
      {"bert-base-uncased", {"tokenizer.json"}, {".gitattributes"}, {"tokenizer.json"}},
      {"gpt2", {"tokenizer.json"}, {".gitattributes"}, {"tokenizer.json"}},
      {"TinyLlama/TinyLlama-1.1B-Chat-v1.0",
       {"tokenizer.json", "tokenizer.model", "tokenizer_config.json"},
       {".gitattributes"},
       {}},
      {"microsoft/phi-2",
       {"config.json", "generation_config.json", "merges.txt", "model-00001-of-00002.safetensors",
        "model-00002-of-00002.safetensors", "model.safetensors.index.json", "tokenizer.json",
        "vocab.json"},
       {"LICENSE", "README.md"},
       {"model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"}},
  };
  return kModels;
}

bool ends_with(const std::string& text, const std::string& ending) {
  return text.size() >= ending.size() &&
         text.compare(text.size() - ending.size(), ending.size(), ending) == 0;
}

// Contents differ from model to model, as blobs of one name would hide which file is meant.
std::pair<std::string, FileOptions> content(const std::string& id, const std::string& path) {
  const std::uint64_t seed = std::hash<std::string>()(id + "/" + path);
  if (ends_with(path, ".safetensors")) {
    return {safetensors(512, seed), {.lfs = true}};
  }
  if (ends_with(path, ".gguf")) {
    return {gguf(512, seed), {.lfs = true}};
  }
  if (ends_with(path, ".bin") || ends_with(path, ".onnx") || ends_with(path, ".model")) {
    return {noise(700, seed), {.lfs = true}};
  }
  if (ends_with(path, ".index.json")) {
    return {R"({"metadata": {}, "weight_map": {"a": "model-00001-of-00002.safetensors", )"
            R"("b": "model-00002-of-00002.safetensors"}})",
            {}};
  }
  const std::string words = id + " " + path;
  return {ends_with(path, ".json") ? "{\"about\": \"" + words + "\"}" : words + "\n", {}};
}

bool is_shard(const std::string& path) { return path.find("-of-") != std::string::npos; }

enum class Listings { present, absent };

struct RedCandle {
  CacheBuilder cache;
  std::map<std::string, RepoBuilder*> repos;

  explicit RedCandle(Listings listings) {
    for (const Model& model : models()) {
      RepoBuilder& repo = cache.repo(model.id);
      for (const auto* paths : {&model.needed, &model.beside}) {
        for (const std::string& path : *paths) {
          const auto [bytes, options] = content(model.id, path);
          repo.file(path, bytes, options);
        }
      }
      if (listings == Listings::present) {
        repo.listing();
      }
      repos[model.id] = &repo;
    }
  }

  VerifyAnswer verify() const { return verify_by_binary(cache, kManifest); }
};

class RedCandleTest : public testing::TestWithParam<std::pair<std::size_t, Listings>> {
 protected:
  const Model& model() const { return models().at(GetParam().first); }
  const RepoBuilder& repo() const { return *red_candle_.repos.at(model().id); }

  // Only this model's row of the nine has that verdict.
  void expect_others_complete(const VerifyAnswer& answer) const {
    ASSERT_EQ(answer.report.repos.size(), models().size());
    for (const SeenRepo& row : answer.report.repos) {
      EXPECT_EQ(row.verdict == "complete", row.id != model().id) << row.id;
    }
  }

  void expect_complete() const {
    const VerifyAnswer answer = red_candle_.verify();
    EXPECT_EQ(answer.raw.exit_code, 0);
    EXPECT_THAT(answer.report.lines(), IsEmpty());
  }

  RedCandle red_candle_{GetParam().second};
};

TEST_P(RedCandleTest, IsCompleteAsALoadFindsIt) {
  const VerifyAnswer answer = red_candle_.verify();
  EXPECT_EQ(answer.raw.exit_code, 0) << answer.raw.err;
  EXPECT_EQ(answer.report.verdict, "complete");
  EXPECT_THAT(answer.report.lines(), IsEmpty());
  ASSERT_EQ(answer.report.repos.size(), 9u);
  for (const SeenRepo& row : answer.report.repos) {
    EXPECT_EQ(row.basis, GetParam().second == Listings::present ? "tree" : "assumed") << row.id;
  }
}

TEST_P(RedCandleTest, WithoutTheBlobOfANeededFileIsIncompleteAndNamesIt) {
  for (const std::string& path : model().needed) {
    const std::string blob = red_candle_.cache / repo().blob(path);
    const std::string bytes = read_file(blob);
    remove_tree(blob);
    const VerifyAnswer answer = red_candle_.verify();
    EXPECT_EQ(answer.raw.exit_code, 1) << path;
    EXPECT_THAT(answer.report.lines(), Contains("pointer-dangling " + repo().pointer(path)));
    EXPECT_EQ(answer.report.findings.size(), 1u) << path;
    expect_others_complete(answer);
    write_file(blob, bytes);
  }
  expect_complete();
}

TEST_P(RedCandleTest, WithOneBitOfANeededFileFlippedIsCorruptAndNamesIt) {
  for (const std::string& path : model().needed) {
    const std::string blob = red_candle_.cache / repo().blob(path);
    flip_bit(blob, read_file(blob).size() / 2);
    const VerifyAnswer answer = red_candle_.verify();
    EXPECT_EQ(answer.raw.exit_code, 2) << path;
    ASSERT_THAT(answer.report.lines(), ElementsAre("blob-corrupt " + repo().blob(path)));
    EXPECT_THAT(answer.report.findings.front().affects, ElementsAre(repo().pointer(path)));
    expect_others_complete(answer);
    flip_bit(blob, read_file(blob).size() / 2);
  }
  expect_complete();
}

TEST_P(RedCandleTest, WithoutTheLinkOfAFileKnownToBeNeededIsIncomplete) {
  const bool listed = GetParam().second == Listings::present;
  for (const std::string& path : listed ? model().needed : model().least) {
    const std::string pointer = red_candle_.cache / repo().pointer(path);
    const std::string target = read_link(pointer);
    remove_tree(pointer);
    const VerifyAnswer answer = red_candle_.verify();
    EXPECT_EQ(answer.raw.exit_code, 1) << path;
    ASSERT_EQ(answer.report.findings.size(), 1u) << path;
    EXPECT_EQ(answer.report.findings.front().repo, "models/" + model().id);
    if (listed) {
      const std::string code = is_shard(path) ? "shard-missing " : "file-missing ";
      EXPECT_THAT(answer.report.lines(), ElementsAre(code + repo().pointer(path)));
    }
    expect_others_complete(answer);
    make_link(target, pointer);
  }
  expect_complete();
}

TEST_P(RedCandleTest, WithoutAFileThatNoLoadNeedsIsComplete) {
  if (GetParam().second == Listings::absent) {
    return;  // then all of the snapshot must be sound, for nothing tells what a load needs
  }
  for (const std::string& path : model().beside) {
    remove_tree(red_candle_.cache / repo().pointer(path));
    flip_bit(red_candle_.cache / repo().blob(path), 3);
  }
  expect_complete();
}

std::vector<std::pair<std::size_t, Listings>> all_cases() {
  std::vector<std::pair<std::size_t, Listings>> cases;
  for (std::size_t i = 0; i < models().size(); ++i) {
    cases.emplace_back(i, Listings::present);
    cases.emplace_back(i, Listings::absent);
  }
  return cases;
}

std::string case_name(const testing::TestParamInfo<std::pair<std::size_t, Listings>>& info) {
  std::string name;
  for (const char letter : models().at(info.param.first).id) {
    name += std::isalnum(static_cast<unsigned char>(letter)) != 0 ? letter : '_';
  }
  return name + (info.param.second == Listings::present ? "_listed" : "_assumed");
}

INSTANTIATE_TEST_SUITE_P(Models, RedCandleTest, testing::ValuesIn(all_cases()), case_name);

}  // namespace
}  // namespace hubward::test
