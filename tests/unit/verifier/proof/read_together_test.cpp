// Small files that are read several at a time: whatever comes when, what is said of a cache is what
// reading them one by one says.
#include "tests/support/cache_builder.h"
#include "tests/support/contents.h"
#include "tests/support/faulty_disk.h"
#include "tests/support/files.h"
#include "tests/support/verify_cache.h"
#include "verifier/cache/disk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace hubward::test {
namespace {

/// The last one asked is answered first, one at a time, and of every fifth nothing is known.
class LateStarts final : public FileStarts {
 public:
  void ask(std::size_t place, std::shared_ptr<const Folder> folder, const std::string& name,
           std::span<std::byte> room) override {
    asked_.push_back({place, std::move(folder), name, room});
  }

  std::span<const Answer> answers(bool waits) override {
    if (asked_.empty() || (!waits && ++looks_ % 3 != 0)) return {};
    const Asked asked = asked_.back();
    asked_.pop_back();
    const auto start = asked.folder->read_start(asked.name, asked.room);
    const bool is_known = start.has_value() && ++answers_ % 5 != 0;
    answer_ = {asked.place, is_known ? start->bytes : 0};
    return {&answer_, 1};
  }

 private:
  struct Asked {
    std::size_t place;
    std::shared_ptr<const Folder> folder;
    std::string name;
    std::span<std::byte> room;
  };
  std::deque<Asked> asked_;
  Answer answer_{};
  int looks_ = 0;
  int answers_ = 0;
};

class LateDisk final : public Disk {
 public:
  explicit LateDisk(const Disk& inner) : inner_(inner) {}
  Result<std::unique_ptr<Folder>> open_folder(std::string_view path) const override {
    return inner_.open_folder(path);
  }
  Result<std::unique_ptr<Folder>> open_allowed(std::string_view absolute_path) const override {
    return inner_.open_allowed(absolute_path);
  }
  std::unique_ptr<FileStarts> file_starts(std::size_t /*places*/) const override {
    return std::make_unique<LateStarts>();
  }

 private:
  const Disk& inner_;
};

using Said = std::tuple<FindingCode, std::string, std::optional<std::string>>;

struct Told {
  std::vector<Said> findings;
  std::uint64_t bytes_hashed;
};

class ReadTogether : public testing::TestWithParam<unsigned> {
 protected:
  /// Of all lengths around what one reading takes, in several folders, named both ways.
  ReadTogether() {
    const std::vector<std::size_t> sizes = {2,      1,      63,     64,     65,      4096,
                                            32'703, 32'704, 32'705, 70'000, 300'000, 1'100'000};
    for (int repo = 0; repo < 7; ++repo) {
      RepoBuilder& made = cache_.repo("org/repo" + std::to_string(repo));
      for (std::size_t i = 0; i < 2 * sizes.size(); ++i) {
        const std::size_t size = sizes[i % sizes.size()];
        if (size > 100'000 && repo > 0) continue;
        made.file("f" + std::to_string(i), noise(size, ++seed_), {.lfs = i / 3 % 2 == 0});
      }
      made.file("tokenizer.json", "{}");
      repos_.push_back(&made);
      manifest_ += made.id() + "\n";
    }
  }

  void damage() const {
    flip_bit(cache_.path() + "/" + repos_[0]->blob("f5"), 9);
    flip_bit(cache_.path() + "/" + repos_[1]->blob("f4"), 0);
    flip_bit(cache_.path() + "/" + repos_[2]->blob("f7"), 32'000);
    write_file(cache_.path() + "/" + repos_[3]->blob("f3"), "");
    append_file(cache_.path() + "/" + repos_[4]->blob("f17"), std::string(32'704 - 4096, 'x'));
    std::filesystem::remove(cache_.path() + "/" + repos_[5]->blob("f6"));
    write_file(cache_.path() + "/" + repos_[6]->blob("f1"), "<html>429 Too Many Requests</html>");
  }

  Told told_on(const Disk& disk) const {
    VerifyRequest request;
    request.jobs = GetParam();
    const Report report = verify_manifest_on(disk, cache_, manifest_, request);
    Told told{.findings = {}, .bytes_hashed = report.totals.bytes_hashed};
    for (const Finding& finding : report.findings) {
      told.findings.emplace_back(finding.code, finding.path, finding.detail);
    }
    return told;
  }

  void is_the_same_whatever_the_disk() const {
    const auto real = real_disk(cache_.path(), {});
    const FaultyDisk one_by_one(*real, {});
    const Told expected = told_on(one_by_one);
    EXPECT_EQ(expected.findings.empty(), !is_damaged_);
    for (const Disk* disk : std::vector<const Disk*>{real.get(), &late_}) {
      const Told told = told_on(*disk);
      EXPECT_EQ(told.findings, expected.findings);
      if (is_damaged_) continue;
      EXPECT_EQ(told.bytes_hashed, expected.bytes_hashed);
    }
  }

  CacheBuilder cache_;
  std::vector<RepoBuilder*> repos_;
  std::string manifest_;
  std::uint64_t seed_ = 0;
  bool is_damaged_ = false;
  std::unique_ptr<Disk> below_ = real_disk(cache_.path(), {});
  LateDisk late_{*below_};
};

INSTANTIATE_TEST_SUITE_P(Jobs, ReadTogether, testing::Values(1U, 3U));

TEST_P(ReadTogether, ASoundCacheIsSound) { is_the_same_whatever_the_disk(); }

TEST_P(ReadTogether, DamageIsFoundAndToldAlike) {
  damage();
  is_damaged_ = true;
  is_the_same_whatever_the_disk();
}

}  // namespace
}  // namespace hubward::test
