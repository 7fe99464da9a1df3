// Threads that work on bytes behind the one that receives them, so that hashing and writing take
// another core than the line does.
//
// Bytes are copied when they are handed over, for libcurl uses its buffer again. What waits is
// bounded: whoever hands over more waits, and with it the line, which is what a slow disk does to a
// single thread too.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

namespace hubward {

/// Handed to by one thread. Starts its own with the first bytes, joins them when destroyed.
class WriteBehind {
 public:
  /// Bytes that may wait, of all lanes together.
  static constexpr std::size_t kMostWaiting = std::size_t{8} << 20U;
  /// Bytes that are handed over at once: libcurl gives 16 KiB, too few for a mutex each.
  static constexpr std::size_t kPiece = std::size_t{256} << 10U;

  /// @param threads  at most; fewer where the system gives no more, and without any the work is
  /// done by who hands over
  explicit WriteBehind(unsigned threads) : most_threads_(threads) {}
  ~WriteBehind();
  WriteBehind(const WriteBehind&) = delete;
  WriteBehind& operator=(const WriteBehind&) = delete;

  /// The bytes of one file: worked on in their order, by one thread at a time.
  class Lane {
   public:
    using Work = std::function<void(std::span<const std::byte>)>;
    /// @param pool  outlives the lane
    Lane(WriteBehind& pool, Work work) : pool_(pool), work_(std::move(work)) {}
    /// Waits as settle() does.
    ~Lane() { settle(); }
    Lane(const Lane&) = delete;
    Lane& operator=(const Lane&) = delete;

    void put(std::span<const std::byte> bytes);
    /// Until all that was put has been worked on; what the work has left behind may be read then.
    void settle();

   private:
    friend class WriteBehind;
    void hand_over();
    WriteBehind& pool_;
    Work work_;
    std::vector<std::byte> filling_;
    std::deque<std::vector<std::byte>> waiting_;  // with the pool's mutex
    bool is_queued_ = false;                      // in the pool's queue, or worked on
  };

 private:
  void start_threads();
  void work();

  const unsigned most_threads_;
  std::mutex mutex_;
  std::condition_variable there_is_work_;
  std::condition_variable something_is_done_;
  std::deque<Lane*> queue_;
  std::vector<std::vector<std::byte>> spare_;
  std::size_t waiting_bytes_ = 0;
  bool is_ending_ = false;
  bool was_started_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace hubward
