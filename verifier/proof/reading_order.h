// Which file a worker takes up next, and when it does better to go on with those that it has.
//
// Several files in a worker's lanes go faster than one after the other, each of them slower than
// alone. So the largest come first, and a worker has no more of them at once than lets its longest
// one end when all is likely to end: two files of a gigabyte have a core each, of thirty-two each
// core has sixteen, and one that is longer than all the rest is alone. Private to the room.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace hubward {

/// Thread safety: any member may be called from any worker.
class ReadingOrder {
 public:
  /// What a worker has in hand.
  struct Load {
    std::size_t files = 0;
    std::uint64_t longest = 0;  ///< bytes to come of the file that has most
  };

  /// @param jobs     in any order
  /// @param size_of  a job: bytes, 0 where that is not known yet
  ReadingOrder(std::vector<std::uint32_t> jobs,
               const std::function<std::uint64_t(std::uint32_t)>& size_of, std::size_t workers);

  /// The next large file, or some small ones that lie together. Empty when nothing is left, or when
  /// the worker does better to go on first.
  std::span<const std::uint32_t> take(const Load& load);
  /// A worker has so many bytes to come, and had so many when it last told.
  void note_to_come(std::uint64_t before, std::uint64_t now) { to_come_ += now - before; }

  const std::vector<std::uint32_t>& jobs() const { return jobs_; }
  std::uint64_t known_bytes() const { return known_bytes_; }

 private:
  std::size_t items() const;
  std::span<const std::uint32_t> item(std::size_t at) const;
  bool is_one_too_many(std::size_t at, const Load& load) const;

  std::vector<std::uint32_t> jobs_;
  std::size_t workers_;
  std::vector<std::uint64_t> large_;      // sizes of the first jobs, which are items of their own
  std::vector<std::uint64_t> left_from_;  // known bytes of large_ from each on
  std::uint64_t small_bytes_ = 0;
  std::uint64_t known_bytes_ = 0;
  std::atomic<std::size_t> next_{0};
  std::atomic<std::uint64_t> to_come_{0};  // of all that workers have in hand
};

}  // namespace hubward
