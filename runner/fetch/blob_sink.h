// Brings one blob into a repo's folder: under the clients' lock, into a partial file, hashed as it
// arrives. Only bytes of the right length and digest ever get the blob's name; what is left when
// the line breaks is taken up again, here or by a later call.
#pragma once

#include "runner/fetch/blob_batch.h"
#include "runner/fetch/hashed_file.h"
#include "runner/hub/clock.h"
#include "runner/hub/exchange.h"
#include "runner/mend/client_lock.h"
#include "runner/mend/repo_writer.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hubward {

/// A path of a snapshot that shall lead to the blob.
struct PointerPlace {
  CommitId commit;
  std::string path;
};

struct BlobWish {
  const RepoWriter* writer = nullptr;  ///< outlives the sink
  Digest oid;
  std::uint64_t size = 0;            ///< bytes, as listed
  std::vector<PointerPlace> places;  ///< the first is the one that is asked for
};

struct BlobPorts {
  Clock* clock = nullptr;         ///< outlives the sink
  BlobBatch* batch = nullptr;     ///< outlives the sink
  WriteBehind* behind = nullptr;  ///< outlives the sink
  /// Moves a blob whose bytes are proven wrong out of the clients' way.
  std::function<Result<void>(const std::string& path_in_cache)> set_aside;
  /// A blob that was written here from its first byte on, and has its name. May be empty.
  std::function<void(const FileIdentity&, const Digest&)> proven;
  /// So many bytes more are in place in this repo.
  std::function<void(const RepoWriter&, std::uint64_t)> progress;
  std::chrono::milliseconds lock_timeout{0};
};

class BlobSink : public Sink {
 public:
  BlobSink(BlobWish wish, const BlobPorts& ports);
  /// In the cache, of all its places.
  std::vector<std::string> paths() const;

  SinkWord prepare() override;
  bool done() const override { return state_ != State::open; }
  std::uint64_t wanted_from() const override { return file_ ? file_->size() : 0; }
  std::string known_etag() const override;
  std::optional<std::string> contradiction_in(const AnswerHead& head) const override;
  SinkWord begin(const AnswerHead& head) override;
  SinkWord take(std::span<const std::byte> bytes) override;
  SinkWord end() override;
  SinkWord no_such_range() override;
  FetchFailure failure() const override { return failure_; }

  /// What stands under the name already, if its bytes are right: another process may have been
  /// quicker, or the blob only lacked its link. Wrong bytes are set aside.
  /// @return whether all is done
  Result<bool> use_what_is_there();

  std::uint64_t taken_over() const { return taken_over_; }

  void begin_sync() { file_->file().begin_sync(); }
  /// Gives right bytes their name and their places. Whether it went well is_published() tells, and
  /// failure() why it did not.
  void publish();
  bool is_published() const { return state_ == State::published; }

 private:
  enum class State : unsigned char {
    open,
    right,  ///< all of it is there, under no name yet
    published,
  };
  SinkWord take_lock();
  SinkWord wait_for(const std::string& lock);
  Result<void> open_partial();
  void hold(PartialFile file);
  Result<void> start_over();
  SinkWord start_over_once(std::string what);
  SinkWord give_up(FetchFault fault, std::string what);
  SinkWord give_up(const Error& error);
  void be_right();
  Result<void> give_name();
  Result<void> publish_copies(PartialFile file);
  std::string shown() const;

  BlobWish wish_;
  const BlobPorts& ports_;  // outlives the sink
  std::optional<ClientLock> lock_;
  std::optional<std::chrono::steady_clock::time_point> waiting_since_;
  std::optional<HashedFile> file_;
  FetchFailure failure_;
  std::uint64_t taken_over_ = 0;
  bool was_taken_over_ = false;
  bool started_over_ = false;
  State state_ = State::open;
};

}  // namespace hubward
