#include "tests/support/digests.h"

#include "tests/support/contents.h"
#include "tests/support/run_binary.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

namespace hubward::test {
namespace {

std::string first_word_of(const std::string& program, std::vector<std::string> args,
                          const std::string& input) {
  const TemporaryFolder folder;
  const BinaryAnswer answer = run_binary(
      {.args = std::move(args), .folder = folder.path(), .input = input, .program = program});
  EXPECT_EQ(answer.exit_code, 0) << answer.err;
  return answer.out.substr(0, answer.out.find_first_of(" \n"));
}

TEST(Digests, AgreeWithGitHashObject) {
  for (const std::string& bytes : {std::string(), std::string("{}"), noise(100001, 7)}) {
    EXPECT_EQ(git_id(bytes), first_word_of("git", {"hash-object", "--stdin"}, bytes));
  }
}

TEST(Digests, AgreeWithSha256sumAndMd5sum) {
  for (const std::string& bytes : {std::string(), std::string("{}"), noise(100001, 7)}) {
    EXPECT_EQ(sha256_hex(bytes), first_word_of("sha256sum", {}, bytes));
    EXPECT_EQ(md5_hex(bytes), first_word_of("md5sum", {}, bytes));
  }
}

TEST(Digests, AGitIdIsTheOneThatTheFormatDocuments) {
  EXPECT_EQ(git_id("Hello, World!"), "b45ef6fec89518d314f546fd6c3025367b721684");
}

}  // namespace
}  // namespace hubward::test
