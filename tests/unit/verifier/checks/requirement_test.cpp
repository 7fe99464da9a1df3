#include "verifier/checks/requirement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace hubward {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

Manifest manifest(const std::string& options) {
  auto parsed = parse_manifest("org/model" + (options.empty() ? "" : " " + options) + "\n", "m");
  EXPECT_TRUE(parsed) << parsed.error().what;
  return std::move(*parsed);
}

TreeListing listing(std::vector<std::string> paths) {
  TreeListing made;
  std::sort(paths.begin(), paths.end());
  for (const std::string& path : paths) {
    made.files.push_back({.path = path, .oid = *Digest::from_hex(std::string(40, 'a'))});
  }
  return made;
}

std::vector<std::string> required(const std::string& options, std::vector<std::string> paths) {
  const Manifest wanted = manifest(options);
  const TreeListing tree = listing(std::move(paths));
  std::vector<std::string> names;
  for (const ListedFile* file : required_of(wanted.entries[0], tree)) names.push_back(file->path);
  return names;
}

std::vector<std::string> assumed_absent(const std::string& options, std::vector<std::string> paths,
                                        const WeightIndexes& indexes = {}) {
  const Manifest wanted = manifest(options);
  std::sort(paths.begin(), paths.end());
  const std::vector<std::string_view> present(paths.begin(), paths.end());
  std::vector<std::string> names;
  for (const Absent& absent : absent_by_assumption(wanted.entries[0], present, indexes)) {
    names.push_back(absent.path);
  }
  return names;
}

TEST(Requirement, AutoTakesTheFirstKindOfWeightsThatADirectoryLists) {
  EXPECT_THAT(required("", {"config.json", "model.safetensors", "pytorch_model.bin", "README.md",
                            "tokenizer.json", "tf_model.h5"}),
              UnorderedElementsAre("config.json", "model.safetensors", "tokenizer.json"));
}

TEST(Requirement, AutoTakesTheNextKindWhereNotRulesOutTheFirst) {
  EXPECT_THAT(required("not:*.safetensors", {"config.json", "model.safetensors",
                                             "model.safetensors.index.json", "pytorch_model.bin"}),
              UnorderedElementsAre("config.json", "pytorch_model.bin"));
}

TEST(Requirement, AutoChoosesTheKindForEachDirectoryApart) {
  EXPECT_THAT(required("", {"2_Dense/pytorch_model.bin", "model.safetensors", "pytorch_model.bin"}),
              UnorderedElementsAre("2_Dense/pytorch_model.bin", "model.safetensors"));
}

TEST(Requirement, TheIndexOfTheChosenKindBelongsToIt) {
  EXPECT_THAT(
      required("", {"model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors",
                    "model.safetensors.index.json", "pytorch_model.bin.index.json"}),
      UnorderedElementsAre("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors",
                           "model.safetensors.index.json"));
}

TEST(Requirement, TokenizerAsksForNoWeights) {
  EXPECT_THAT(required("profile:tokenizer", {"config.json", "model.safetensors", "vocab.txt"}),
              UnorderedElementsAre("config.json", "vocab.txt"));
}

TEST(Requirement, AGgufOptionAloneReplacesTheProfile) {
  EXPECT_THAT(required("gguf:a.gguf", {"a.gguf", "b.gguf", "config.json"}), ElementsAre("a.gguf"));
  EXPECT_THAT(required("gguf:a.gguf profile:tokenizer", {"a.gguf", "b.gguf", "config.json"}),
              UnorderedElementsAre("a.gguf", "config.json"));
}

TEST(Requirement, ARequiredPartOfASplitGgufRequiresAllParts) {
  EXPECT_THAT(required("gguf:m-00001-of-00002.gguf",
                       {"m-00001-of-00002.gguf", "m-00002-of-00002.gguf", "x.gguf"}),
              UnorderedElementsAre("m-00001-of-00002.gguf", "m-00002-of-00002.gguf"));
}

TEST(Requirement, NotBeatsFileAndFileBeatsTheProfile) {
  EXPECT_THAT(required("file:*.bin not:extra*", {"config.json", "extra.bin", "model.bin"}),
              ElementsAre("model.bin"));
}

TEST(Requirement, ADatasetsAutoIsEverything) {
  const auto parsed = parse_manifest("datasets/org/data\n", "m");
  ASSERT_TRUE(parsed);
  const TreeListing tree = listing({"README.md", "train.parquet"});
  EXPECT_EQ(required_of(parsed->entries[0], tree).size(), 2u);
}

TEST(Requirement, AFileThatTheListingLacksIsAbsent) {
  const Manifest wanted = manifest("gguf:b.gguf file:*.txt");
  std::vector<std::string> names;
  for (const Absent& absent : absent_from_listing(wanted.entries[0], listing({"a.gguf"}))) {
    names.push_back(absent.path);
  }
  EXPECT_THAT(names, UnorderedElementsAre("b.gguf", "*.txt"));
}

TEST(Requirement, AConfigurationWithoutWeightsLacksThem) {
  EXPECT_THAT(assumed_absent("", {"config.json", "tokenizer.json"}), ElementsAre("*.safetensors"));
  EXPECT_THAT(assumed_absent("", {"config.json", "model.safetensors"}), IsEmpty());
  EXPECT_THAT(assumed_absent("profile:tokenizer", {"config.json", "tokenizer.json"}), IsEmpty());
}

TEST(Requirement, WithoutConfigurationATokenizerFileIsTheMinimum) {
  EXPECT_THAT(assumed_absent("", {"tokenizer.json"}), IsEmpty());
  EXPECT_THAT(assumed_absent("", {"README.md"}), ElementsAre("tokenizer.json"));
  EXPECT_THAT(assumed_absent("", {"model.gguf"}), IsEmpty()) << "its tokenizer is in its header";
}

const WeightIndex kTwoShards{
    {"model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"}, {}};

TEST(Requirement, AShardThatTheIndexNamesIsAbsentOnlyItself) {
  const WeightIndexes indexes{{"model.safetensors.index.json", kTwoShards}};
  EXPECT_THAT(
      assumed_absent(
          "", {"config.json", "model-00001-of-00002.safetensors", "model.safetensors.index.json"},
          indexes),
      ElementsAre("model-00002-of-00002.safetensors"));
}

TEST(Requirement, AnIndexThatIsTheOnlyTraceOfItsKindRequiresItsShards) {
  const WeightIndexes indexes{{"model.safetensors.index.json", kTwoShards}};
  EXPECT_EQ(assumed_absent("", {"config.json", "model.safetensors.index.json"}, indexes).size(),
            2u);
}

TEST(Requirement, OneWholeKindIsEnoughBesideAnIndexWithoutShards) {
  const WeightIndexes indexes{{"model.safetensors.index.json", kTwoShards}};
  EXPECT_THAT(
      assumed_absent("", {"config.json", "model.safetensors.index.json", "pytorch_model.bin"},
                     indexes),
      IsEmpty());
}

TEST(Requirement, AnIndexOfAnotherDirectoryDoesNotCountHere) {
  const WeightIndexes indexes{{"unet/model.safetensors.index.json", kTwoShards}};
  EXPECT_THAT(
      assumed_absent("", {"config.json", "model.safetensors", "unet/model.safetensors.index.json"},
                     indexes),
      ElementsAre("unet/model-00001-of-00002.safetensors",
                  "unet/model-00002-of-00002.safetensors"));
}

TEST(Requirement, AnIndexDoesNotCountWhereNoWeightsAreAsked) {
  const WeightIndexes indexes{{"model.safetensors.index.json", kTwoShards}};
  EXPECT_THAT(assumed_absent("profile:tokenizer",
                             {"tokenizer.json", "model.safetensors.index.json"}, indexes),
              IsEmpty());
}

TEST(Requirement, ManifestFilesAreRequiredWithoutAListingToo) {
  EXPECT_THAT(assumed_absent("gguf:m-00001-of-00002.gguf", {"m-00001-of-00002.gguf"}),
              ElementsAre("m-00002-of-00002.gguf"));
  EXPECT_THAT(assumed_absent("file:*.json", {"README.md"}), ElementsAre("*.json"));
}

TEST(Requirement, AnUnsoundIndexIsNoWeights) {
  EXPECT_THAT(assumed_absent("", {"config.json", "model.safetensors.index.json"}),
              ElementsAre("*.safetensors"));
}

TEST(Requirement, APartOfASplitGgufIsNoWholeModel) {
  EXPECT_THAT(assumed_absent("", {"config.json", "q-00001-of-00003.gguf"}),
              ElementsAre("q-00002-of-00003.gguf", "q-00003-of-00003.gguf"));
  EXPECT_THAT(assumed_absent("", {"config.json", "q-00001-of-00003.gguf", "whole.gguf"}),
              IsEmpty());
}

TEST(Requirement, NotBeatsTheAssumedMinimumToo) {
  EXPECT_THAT(assumed_absent("not:*.safetensors not:*.bin not:*.gguf", {"config.json"}), IsEmpty());
  EXPECT_THAT(assumed_absent("not:*.safetensors", {"config.json"}),
              ElementsAre("pytorch_model*.bin"));
  EXPECT_THAT(assumed_absent("not:tokenizer* not:vocab*", {"README.md"}), IsEmpty());
}

TEST(Requirement, NotBeatsWhatAnIndexOrASplitFileNames) {
  const WeightIndexes indexes{{"model.safetensors.index.json", kTwoShards}};
  EXPECT_THAT(assumed_absent("not:*-00002-*",
                             {"config.json", "model-00001-of-00002.safetensors",
                              "model.safetensors.index.json"},
                             indexes),
              IsEmpty());
  EXPECT_THAT(assumed_absent("not:*-00002-*", {"config.json", "q-00001-of-00002.gguf"}), IsEmpty());
}

TEST(Requirement, AListedIndexThatIsTheOnlyTraceOfWeightsIsRequired) {
  EXPECT_THAT(required("", {"config.json", "model.safetensors.index.json"}),
              UnorderedElementsAre("config.json", "model.safetensors.index.json"));
}

}  // namespace
}  // namespace hubward
