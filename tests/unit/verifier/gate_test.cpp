// The gate as a whole, for what no cache at rest shows: the rest is fixtures/caches/gate-*.

#include "verifier/gate.h"

#include "tests/support/cache_builder.h"
#include "tests/support/files.h"
#include "tests/support/matchers.h"

#include <gtest/gtest.h>

#include <functional>

namespace hubward {
namespace {

using test::HasNoFindings;
using test::HasOnly;
using test::write_file;

/// Does something when hashing begins, which is after the first look and before the last.
class Meanwhile : public Observer {
 public:
  explicit Meanwhile(std::function<void()> act) : act_(std::move(act)) {}
  void hashing_begins(std::uint64_t, std::uint64_t) override { act_(); }

 private:
  std::function<void()> act_;
};

class Gate : public testing::Test {
 protected:
  Gate() { repo_.file("tokenizer.json", "{}"); }

  Report gate_while(std::function<void()> act, std::vector<std::string> saving = {}) const {
    GateRequest request{.verify = {.cache_path = cache_.path(), .scope = Scope::all},
                        .saving = std::move(saving)};
    const auto disk = real_disk(cache_.path(), {});
    Meanwhile observer(std::move(act));
    return *gate(request, *disk, real_disks(), observer, nullptr);
  }

  test::CacheBuilder cache_;
  test::RepoBuilder& repo_ = cache_.repo("gpt2");
};

TEST_F(Gate, FindsNothingWhereNothingMoves) {
  const Report report = gate_while([] {});
  EXPECT_THAT(report, HasNoFindings());
  EXPECT_EQ(report.exit_code, 0);
}

TEST_F(Gate, AFileThatAppearsDuringTheCheckMakesItUnfit) {
  const Report report = gate_while([&] { write_file(cache_ / "models--gpt2/refs/new", "x"); });
  EXPECT_THAT(report, HasOnly(FindingCode::unsteady, "models--gpt2/refs/new"));
  EXPECT_EQ(report.verdict, Verdict::corrupt);
  EXPECT_EQ(report.exit_code, 2);
}

TEST_F(Gate, AFileBesideTheCacheThatChangesMakesItUnfitWhereItIsSaved) {
  write_file(cache_.surroundings() + "/beside", "1");
  const auto change = [&] { test::append_file(cache_.surroundings() + "/beside", "2"); };
  EXPECT_THAT(gate_while(change, {cache_.surroundings()}),
              HasOnly(FindingCode::unsteady, "../beside"));
  EXPECT_THAT(gate_while(change), HasNoFindings());
}

}  // namespace
}  // namespace hubward
