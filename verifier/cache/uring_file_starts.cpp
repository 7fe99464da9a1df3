// FileStarts by io_uring, of Linux 6.1 and later. For each file an open into a place of the ring's
// own table, which is cheaper than a descriptor, and a read linked to it. What the ring cannot do
// for a file, whatever the reason, is left to read_start: so hardly an error has to be told apart.
//
// The read waits for nothing (RWF_NOWAIT): O_NONBLOCK does not keep a ring from waiting for a FIFO
// that has taken the place of a file. Of a file that is not in memory it makes the kernel begin to
// read, as it does for all that are asked for together, before read_start waits for the first.
#include "verifier/cache/disk.h"
#include "verifier/cache/file_starts.h"
#include "verifier/cache/posix_folder.h"

#include <fcntl.h>
#include <liburing.h>

#include <cerrno>
#include <cstdint>
#include <utility>
#include <vector>

namespace hubward {
namespace {

constexpr unsigned kCallsForOne = 2;  // open, read
// So many refusals tell a file system that can only wait, as FUSE.
constexpr std::size_t kFutile = 16;

class UringFileStarts final : public FileStarts {
 public:
  explicit UringFileStarts(std::size_t places) : asked_(places) { answers_.reserve(places); }

  /// False: the system refuses.
  bool set_up() {
    const auto places = static_cast<unsigned>(asked_.size());
    io_uring_params params{};
    params.flags =
        IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_SUBMIT_ALL;
    has_ring_ = ::io_uring_queue_init_params(kCallsForOne * places, &ring_, &params) == 0;
    return has_ring_ && ::io_uring_register_files_sparse(&ring_, places) == 0;
  }

  UringFileStarts(const UringFileStarts&) = delete;
  UringFileStarts& operator=(const UringFileStarts&) = delete;
  ~UringFileStarts() override {
    // The rooms are only borrowed, and the kernel writes into them.
    while (under_way_ > 0) answers(true);
    if (has_ring_) ::io_uring_queue_exit(&ring_);
  }

  void ask(std::size_t place, std::shared_ptr<const Folder> folder, const std::string& name,
           std::span<std::byte> room) override {
    Asked& asked = asked_[place];
    asked.folder = std::move(folder);
    asked.name = name;
    asked.is_under_way = true;
    ++under_way_;
    const int base = asked.folder->descriptor();
    if (!has_ring_ || futile_ >= kFutile || base < 0 || !is_one_component(name)) {
      refused_.push_back(place);
      return;
    }
    const auto slot = static_cast<unsigned>(place);
    io_uring_sqe* open = ::io_uring_get_sqe(&ring_);
    ::io_uring_prep_openat_direct(open, base, asked.name.c_str(),
                                  O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0, slot);
    open->flags |= IOSQE_IO_LINK;
    ::io_uring_sqe_set_data64(open, kOpened);
    io_uring_sqe* read = ::io_uring_get_sqe(&ring_);
    ::io_uring_prep_read(read, static_cast<int>(slot), room.data(),
                         static_cast<unsigned>(room.size()), 0);
    read->rw_flags = RWF_NOWAIT;
    read->flags |= IOSQE_FIXED_FILE;
    ::io_uring_sqe_set_data64(read, place);
  }

  std::span<const Answer> answers(bool waits) override {
    answers_.clear();
    for (const std::size_t place : refused_) answer(place, 0);
    refused_.clear();
    while (has_ring_) {
      const bool has_to_wait = waits && answers_.empty();
      const int sent = has_to_wait ? ::io_uring_submit_and_wait(&ring_, 1)
                                   : ::io_uring_submit_and_get_events(&ring_);
      if (sent < 0 && sent != -EINTR) {
        give_up();
      } else {
        take_completions();
      }
      if (!waits || !answers_.empty()) break;
    }
    return answers_;
  }

 private:
  static constexpr std::uint64_t kOpened = ~std::uint64_t{0};
  struct Asked {
    std::shared_ptr<const Folder> folder;
    std::string name;  // read by the kernel when what is asked is sent
    bool is_under_way = false;
  };

  /// A read that was linked to an open has a completion of its own also where the open failed.
  void take_completions() {
    unsigned head = 0;
    unsigned taken = 0;
    io_uring_cqe* completion = nullptr;
    io_uring_for_each_cqe(&ring_, head, completion) {
      ++taken;
      const std::uint64_t place = ::io_uring_cqe_get_data64(completion);
      if (place == kOpened) continue;
      if (completion->res == -EOPNOTSUPP) ++futile_;
      answer(place, completion->res > 0 ? static_cast<std::size_t>(completion->res) : 0);
    }
    ::io_uring_cq_advance(&ring_, taken);
  }

  /// No call of the ring's is known to fail for good; nobody is to wait for ever if one does.
  void give_up() {
    ::io_uring_queue_exit(&ring_);
    has_ring_ = false;
    for (std::size_t place = 0; place < asked_.size(); ++place) {
      if (asked_[place].is_under_way) answer(place, 0);
    }
  }

  void answer(std::size_t place, std::size_t bytes) {
    asked_[place].folder.reset();
    asked_[place].is_under_way = false;
    answers_.push_back({place, bytes});
    --under_way_;
  }

  io_uring ring_{};
  bool has_ring_ = false;
  std::size_t futile_ = 0;
  std::vector<Asked> asked_;
  std::vector<std::size_t> refused_;  // without the ring, so answered with the next
  std::vector<Answer> answers_;
  std::size_t under_way_ = 0;
};

}  // namespace

std::unique_ptr<FileStarts> uring_file_starts(std::size_t places) {
  auto starts = std::make_unique<UringFileStarts>(places);
  if (!starts->set_up()) return nullptr;
  return starts;
}

}  // namespace hubward
