#include "tests/support/contents.h"
#include "tests/support/memory_file.h"
#include "verifier/proof/file_header.h"
#include "verifier/proof/hasher.h"
#include "verifier/proof/weight_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace hubward {
namespace {

using test::MemoryFile;
using ::testing::HasSubstr;
using ::testing::Optional;

std::optional<std::string> fault_of(const std::string& path, const std::string& content) {
  const auto fault = content_fault(MemoryFile(content), content.size(), path);
  EXPECT_TRUE(fault);
  return fault.value_or(std::nullopt);
}

TEST(ContentFault, SoundFilesOfEachKindHaveNone) {
  EXPECT_EQ(fault_of("model.safetensors", test::safetensors(100)), std::nullopt);
  EXPECT_EQ(fault_of("a/model.gguf", test::gguf(100)), std::nullopt);
  EXPECT_EQ(fault_of("config.json", "{\"a\":1}"), std::nullopt);
  EXPECT_EQ(fault_of("config.json", "\xEF\xBB\xBF{\"a\":1}"), std::nullopt);
  EXPECT_EQ(fault_of("config.json", std::string("\xFF\xFE{\0}\0", 6)), std::nullopt);
  EXPECT_EQ(fault_of("model.safetensors.index.json", R"({"weight_map":{"a":"b"}})"), std::nullopt);
  EXPECT_EQ(fault_of("pytorch_model.bin", "anything"), std::nullopt);
  EXPECT_EQ(fault_of("__init__.py", ""), std::nullopt);
  EXPECT_EQ(fault_of("vocab.txt", std::string(5000, '\0')), std::nullopt);
}

TEST(ContentFault, TheEndingDecidesInAnyCase) {
  EXPECT_THAT(fault_of("MODEL.SafeTensors", "xxxxxxxxxxxxxxxx"), Optional(HasSubstr("limit")));
  EXPECT_THAT(fault_of("m.GGUF", "xxxx"), Optional(HasSubstr("magic")));
  EXPECT_THAT(fault_of("C.JSON", "{"), Optional(HasSubstr("not JSON")));
  EXPECT_EQ(fault_of("config.json5", "{"), std::nullopt);
  EXPECT_EQ(fault_of("json", "{"), std::nullopt);
}

TEST(ContentFault, CutFilesAreTold) {
  const std::string tensors = test::safetensors(100);
  EXPECT_TRUE(fault_of("model.safetensors", tensors.substr(0, tensors.size() - 1)));
  const std::string gguf = test::gguf(100);
  EXPECT_TRUE(fault_of("model.gguf", gguf.substr(0, gguf.size() - 1)));
  for (const char* path :
       {"model.safetensors", "model.gguf", "config.json", "model.safetensors.index.json"}) {
    EXPECT_TRUE(fault_of(path, "")) << path;
  }
}

TEST(ContentFault, AWeightIndexMustNameShards) {
  EXPECT_THAT(fault_of("model.safetensors.index.json", R"({"metadata":{}})"),
              Optional(HasSubstr("weight_map")));
  EXPECT_THAT(fault_of("a/pytorch_model.bin.index.json", R"({"weight_map":{}})"),
              Optional(HasSubstr("empty")));
  EXPECT_EQ(fault_of("search.index.json", R"({"metadata":{}})"), std::nullopt);
}

TEST(ContentFault, StoredTextIsToldUnderAnyNameThatIsNotItsOwn) {
  const std::string pointer =
      lfs_pointer_text(digest_of(DigestAlgorithm::sha256, "weights"), 123'456);
  for (const char* path : {"model.safetensors", "pytorch_model.bin", "vocab.txt", "index.html"}) {
    EXPECT_THAT(fault_of(path, pointer), Optional(HasSubstr("git-LFS pointer"))) << path;
  }
  const std::string page = "<!DOCTYPE html>\n<html><body>Sign in</body></html>";
  for (const char* path : {"model.safetensors", "config.json", "vocab.txt", "merges.txt"}) {
    EXPECT_THAT(fault_of(path, page), Optional(HasSubstr("begins with \"<!DOCTYPE html>\"")))
        << path;
  }
  for (const char* path : {"index.html", "docs/A.HTM", "README.md", "app.vue", "d.xhtml"}) {
    EXPECT_EQ(fault_of(path, page), std::nullopt) << path;
  }
}

TEST(ContentFault, XmlIsAnErrorOnlyWhenItSaysSo) {
  for (const char* text : {"<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code></Error>",
                           "<Error><Code>NoSuchKey</Code></Error>"}) {
    EXPECT_TRUE(fault_of("robot.urdf", text)) << text;
    EXPECT_TRUE(fault_of("model.bin", text)) << text;
  }
  EXPECT_EQ(fault_of("robot.urdf", "<?xml version=\"1.0\"?><robot/>"), std::nullopt);
  EXPECT_EQ(fault_of("icon.svg", "<?xml"), std::nullopt);
}

TEST(ContentFault, AJsonErrorBodyIsNoConfiguration) {
  EXPECT_THAT(fault_of("config.json", R"({"error":"Repository not found"})"),
              Optional(HasSubstr("error page")));
  EXPECT_EQ(fault_of("locales/en.json", R"({"error":"Error","cancel":"Cancel"})"), std::nullopt);
}

TEST(ContentFault, ALargeJsonIsScannedToItsEnd) {
  const std::string text = "[\"" + std::string(1'000'000, 'x') + "\"]";
  EXPECT_EQ(fault_of("tokenizer.json", text), std::nullopt);
  EXPECT_TRUE(fault_of("tokenizer.json", text.substr(0, text.size() - 1)));
  std::string zeroed = text;
  zeroed[700'000] = '\0';
  EXPECT_TRUE(fault_of("tokenizer.json", zeroed));
}

TEST(ContentFault, AnIndexMayBe64MiBAndNoMore) {
  std::string text = R"({"weight_map":{"a":"b"}})";
  text.resize(kMaxIndexBytes, ' ');
  EXPECT_EQ(fault_of("model.safetensors.index.json", text), std::nullopt);
  EXPECT_THAT(fault_of("model.safetensors.index.json", text + " "),
              Optional(HasSubstr("more than 67108864 bytes")));
}

TEST(ReadContainerHeader, LooksAtTheBytesAndNotAtAName) {
  const auto announced = [](const std::string& bytes) {
    const auto header = read_container_header(MemoryFile(bytes), bytes.size());
    EXPECT_TRUE(header);
    return header && header->has_value();
  };
  EXPECT_TRUE(announced(test::safetensors(10)));
  EXPECT_TRUE(announced(test::gguf(12)));
  EXPECT_FALSE(announced("{\"a\":1}"));
  EXPECT_FALSE(announced(""));
  EXPECT_FALSE(announced(std::string(100, '\0')));
}

}  // namespace
}  // namespace hubward
