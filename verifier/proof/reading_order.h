// Which file a worker takes up next, and when it does better to go on with those that it has.
//
// Several files in a worker's lanes go faster than one after the other, each of them slower than
// alone. So the largest come first, and a worker has no more of them at once than lets its longest
// one end when all is likely to end: two files of a gigabyte have a core each, of thirty-two each
// core has sixteen, and one that is longer than all the rest is alone.
//
// Before them come files whose size nobody knows. To ask for it costs as much as to open them, and
// nearly all are small: those are read then, and the others take their place among the large ones.
// Private to the room.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

namespace hubward {

/// Thread safety: any member may be called from any worker.
class ReadingOrder {
 public:
  /// In bytes. Below this the order of reading hardly changes when all is read, and files that lie
  /// together are read together, with their folder still open.
  static constexpr std::uint64_t kLargeFrom = std::uint64_t{1} << 20U;

  /// What a worker has in hand.
  struct Load {
    std::size_t files = 0;
    std::uint64_t longest = 0;  ///< bytes to come of the file that has most
  };
  /// What it takes: a large file, or some files that lie together.
  struct Item {
    std::span<const std::uint32_t> jobs;  ///< empty: nothing
    /// Their sizes are not known: those that turn out to be large are put back.
    bool is_unsized = false;
  };

  /// @param jobs     in any order
  /// @param size_of  a job: bytes, where they are known
  ReadingOrder(std::vector<std::uint32_t> jobs,
               const std::function<std::optional<std::uint64_t>(std::uint32_t)>& size_of,
               std::size_t workers);

  /// Nothing is left, or the worker does better to go on first. One with nothing in hand waits for
  /// what others may yet put back.
  Item take(const Load& load);
  /// A job of the worker's last item has turned out to be large.
  void put_back(std::uint32_t job, std::uint64_t size);
  /// A worker has begun or put back every job of an item of unknown sizes.
  void note_sized();
  /// A worker has so many bytes to come, and had so many when it last told.
  void note_to_come(std::uint64_t before, std::uint64_t now) { to_come_ += now - before; }

  const std::vector<std::uint32_t>& jobs() const { return jobs_; }
  std::uint64_t known_bytes() const { return known_bytes_; }

 private:
  struct Large {
    std::uint64_t size;
    std::uint32_t job;
    /// Of two, the one that comes later.
    friend bool operator<(const Large& a, const Large& b) {
      return a.size != b.size ? a.size < b.size : a.job > b.job;
    }
  };
  /// The next of those in jobs_ from `next` to `end`.
  std::span<const std::uint32_t> some(std::atomic<std::size_t>& next, std::size_t end) const;
  std::optional<Item> take_large(const Load& load);
  bool is_one_too_many(std::uint64_t next, std::uint64_t waiting, const Load& load) const;

  std::vector<std::uint32_t> jobs_;  // of unknown size, then small ones, then large ones
  std::size_t workers_;
  std::size_t unsized_end_ = 0;
  std::size_t small_end_ = 0;
  std::uint64_t small_bytes_ = 0;
  std::uint64_t known_bytes_ = 0;
  std::atomic<std::size_t> next_unsized_{0};
  std::atomic<std::size_t> next_small_{0};
  std::atomic<std::uint64_t> to_come_{0};  // of all that workers have in hand

  std::mutex mutex_;  // of what follows
  std::condition_variable changed_;
  std::vector<Large> large_;        // a heap
  std::uint64_t large_bytes_ = 0;   // of them
  std::vector<std::uint32_t> out_;  // large jobs that were taken; never moves
  std::size_t looking_ = 0;         // items of unknown sizes that are not yet noted as sized
};

}  // namespace hubward
