// Two models, a manifest, and `hubward lock` as a user runs it on them.
#pragma once

#include "tests/support/contents.h"
#include "tests/support/files.h"
#include "tests/support/json_schema.h"
#include "tests/support/source_tree.h"
#include "tests/support/verify_binary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace hubward::test {

using Json = nlohmann::json;

inline constexpr char kLockedWeights[] = "model.safetensors";

class LockProject : public testing::Test {
 protected:
  LockProject() {
    tiny_.file("config.json", R"({"model_type": "tiny"})")
        .file("tokenizer.json", R"({"version": "1.0"})")
        .file("README.md", "tiny\n")
        .file(kLockedWeights, safetensors(1000), {.lfs = true});
    other_.file("q.gguf", gguf(4096), {.lfs = true}).listing();
    write_file(manifest(), "tiny\norg/other\n");
  }

  std::string manifest() const { return cache_.surroundings() + "/model_manifest.txt"; }
  std::string lock() const { return cache_.surroundings() + "/model_manifest.lock.toml"; }
  std::string lock_text() const { return exists(lock()) ? read_file(lock()) : ""; }

  BinaryAnswer run(std::vector<std::string> args) const {
    args.insert(args.end(), {"--cache-dir", cache_.path()});
    return run_binary({.args = args, .folder = cache_.surroundings()});
  }

  BinaryAnswer expect(int exit_code, const std::vector<std::string>& args) const {
    BinaryAnswer answer = run(args);
    EXPECT_EQ(answer.exit_code, exit_code) << answer.out << answer.err;
    return answer;
  }

  /// In JSON, which is held against its schema.
  Json seen(std::vector<std::string> args) const {
    args.insert(args.begin(), {"lock", "--format", "json"});
    const BinaryAnswer answer = run(args);
    EXPECT_THAT(schema_violations(source_text("docs/lock.schema.json"), answer.out),
                testing::IsEmpty());
    Json json = Json::parse(answer.out);
    EXPECT_EQ(json["exit_code"], answer.exit_code);
    if (!json["report"].is_null()) {
      EXPECT_THAT(report_violations(json["report"].dump()), testing::IsEmpty());
    }
    return json;
  }

  static std::vector<std::string> changes(const Json& json) {
    std::vector<std::string> lines;
    for (const Json& change : json["changes"]) {
      std::string line = change["what"].get<std::string>() + " " + change["id"].get<std::string>();
      if (!change["path"].is_null()) line += " " + change["path"].get<std::string>();
      lines.push_back(line);
    }
    return lines;
  }

  void move_tiny_to_another_commit() {
    tiny_.commit(kOtherCommit)
        .file("config.json", R"({"model_type": "tiny", "new": 1})")
        .file("tokenizer.json", R"({"version": "1.0"})")
        .file(kLockedWeights, safetensors(1000), {.lfs = true})
        .ref("main", kOtherCommit);
  }

  CacheBuilder cache_;
  RepoBuilder& tiny_ = cache_.repo("tiny");
  RepoBuilder& other_ = cache_.repo("org/other");
};

}  // namespace hubward::test
