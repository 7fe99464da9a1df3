#include "verifier/asked/profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubward {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(Profile, ConfigurationIsKnownByItsLastComponentAtAnyDepth) {
  for (const char* path : {"config.json", "generation_config.json", "preprocessor_config.json",
                           "processor_config.json", "modules.json", "sentence_bert_config.json",
                           "config_sentence_transformers.json", "model_index.json",
                           "scheduler_config.json", "adapter_config.json", "1_Pooling/config.json"})
    EXPECT_TRUE(is_configuration(path)) << path;
  for (const char* path : {"config.json5", "my_config.json", "Config.json", "config.json/x",
                           "README.md", "onnx/config.json", "tokenizer_config.json"})
    EXPECT_FALSE(is_configuration(path)) << path;
}

TEST(Profile, TokenizerFilesAreKnownByNameOrEnding) {
  for (const char* path :
       {"tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
        "vocab.txt", "vocab.json", "merges.txt", "spiece.model", "a/tokenizer.model",
        "qwen.tiktoken", "chat_template.jinja", "chat_template.json"})
    EXPECT_TRUE(is_tokenizer(path)) << path;
  for (const char* path :
       {"config.json", "vocab.txt.bak", "tf_vocab.model", "onnx/tokenizer.json", "model"})
    EXPECT_FALSE(is_tokenizer(path)) << path;
}

TEST(Profile, WeightsAreOfThreeKinds) {
  EXPECT_EQ(weight_kind("model.safetensors"), WeightKind::safetensors);
  EXPECT_EQ(weight_kind("a/model-00001-of-00002.safetensors"), WeightKind::safetensors);
  EXPECT_EQ(weight_kind("pytorch_model.bin"), WeightKind::pytorch);
  EXPECT_EQ(weight_kind("pytorch_model-00001-of-00002.bin"), WeightKind::pytorch);
  EXPECT_EQ(weight_kind("adapter_model.bin"), WeightKind::pytorch);
  EXPECT_EQ(weight_kind("x.Q3_K_S.gguf"), WeightKind::gguf);
  for (const char* path : {"model.safetensors.index.json", "training_args.bin", "optimizer.bin",
                           "model.onnx", "onnx/model.safetensors", "tf_model.h5", "rust_model.ot",
                           "flax_model.msgpack", "my_pytorch_model.bin", "x.GGUF"})
    EXPECT_EQ(weight_kind(path), std::nullopt) << path;
}

TEST(Profile, IndexesAreOfTwoKinds) {
  EXPECT_EQ(weight_index_kind("model.safetensors.index.json"), WeightKind::safetensors);
  EXPECT_EQ(weight_index_kind("a/model.fp16.safetensors.index.json"), WeightKind::safetensors);
  EXPECT_EQ(weight_index_kind("pytorch_model.bin.index.json"), WeightKind::pytorch);
  EXPECT_EQ(weight_index_kind("pytorch_model.fp16.bin.index.json"), WeightKind::pytorch);
  for (const char* path : {"model.safetensors", "index.json", "tf_model.h5.index.json",
                           "flax_model.msgpack.index.json", "onnx/model.safetensors.index.json"})
    EXPECT_EQ(weight_index_kind(path), std::nullopt) << path;
}

TEST(Profile, OtherFrameworksFilesAreNeverLoaded) {
  for (const char* path :
       {"onnx/model.onnx", "a/onnx/b/c.json", "openvino/x.bin", "coreml/x", "flax_model.msgpack",
        "tf_model.h5", "a/tf_x.json", "rust_model.ot", "a.h5", "a.msgpack",
        "x.mlpackage/Data/y.bin", "coreml/x.mlpackage/Manifest.json"})
    EXPECT_TRUE(never_loaded(path)) << path;
  for (const char* path : {"onnx", "onnx2/a", "myonnx/a", "model.onnx", "flax", "tf.json",
                           "tf_dir/a", "x.mlpackage", "a.h5x", "Onnx/a"})
    EXPECT_FALSE(never_loaded(path)) << path;
}

TEST(Profile, ThreeNamesAnnounceWeights) {
  EXPECT_TRUE(announces_weights("config.json"));
  EXPECT_TRUE(announces_weights("modules.json"));
  EXPECT_TRUE(announces_weights("model_index.json"));
  EXPECT_FALSE(announces_weights("tokenizer_config.json"));
  EXPECT_FALSE(announces_weights("generation_config.json"));
}

TEST(SplitGguf, OnePartNamesAll) {
  EXPECT_THAT(
      split_gguf_parts("d/x-00002-of-00003.gguf"),
      ElementsAre("d/x-00001-of-00003.gguf", "d/x-00002-of-00003.gguf", "d/x-00003-of-00003.gguf"));
  EXPECT_THAT(split_gguf_parts("x-00001-of-00001.gguf"), ElementsAre("x-00001-of-00001.gguf"));
  EXPECT_THAT(split_gguf_parts("x-99999-of-99999.gguf"), SizeIs(99999));
}

TEST(SplitGguf, OtherNamesAndNumbersHaveNoParts) {
  for (const char* path : {"x.gguf", "x-00000-of-00003.gguf", "x-00004-of-00003.gguf",
                           "x-00000-of-00000.gguf", "x-1-of-3.gguf", "x-000001-of-000003.gguf",
                           "x-00001-of-00003.GGUF", "x-00001-of-00003.bin", "x-0000a-of-00003.gguf",
                           "x 00001-of-00003.gguf", "x-00001_of-00003.gguf", "-of-00003.gguf", ""})
    EXPECT_THAT(split_gguf_parts(path), IsEmpty()) << path;
}

TEST(Profile, TheDirectoryHasNoFinalSlash) {
  EXPECT_EQ(directory_of("a.bin"), "");
  EXPECT_EQ(directory_of("d/e/a.bin"), "d/e");
}

}  // namespace
}  // namespace hubward
