#include "runner/fetch/blob_sink.h"

#include "runner/hub/answers.h"
#include "runner/hub/file_headers.h"
#include "verifier/text/show.h"
#include "verifier/text/units.h"

#include <fmt/core.h>

#include <charconv>
#include <cstring>
#include <utility>

namespace hubward {
namespace {

std::optional<std::uint64_t> length_in(const Headers& headers) {
  const std::string* text = headers.find("Content-Length");
  std::uint64_t length = 0;
  if (text == nullptr) return std::nullopt;
  const auto [stop, error] = std::from_chars(text->data(), text->data() + text->size(), length);
  if (error != std::errc() || stop != text->data() + text->size()) return std::nullopt;
  return length;
}

std::optional<std::uint64_t> total_in(const AnswerHead& head) {
  const std::string* text = head.status == 206 ? head.headers.find("Content-Range") : nullptr;
  const auto range = text == nullptr ? std::nullopt : parse_content_range(*text);
  return range ? std::optional(range->total) : std::nullopt;
}

bool is_encoded(const Headers& headers) {
  const std::string* encoding = headers.find("Content-Encoding");
  return encoding != nullptr && !encoding->empty() && *encoding != "identity";
}

constexpr std::uint64_t kMostInBatch = std::uint64_t{1} << 20U;

std::string bytes_text(std::uint64_t count) { return fmt::format("{} bytes", count); }

}  // namespace

BlobSink::BlobSink(BlobWish wish, const BlobPorts& ports) : wish_(std::move(wish)), ports_(ports) {}

std::vector<std::string> BlobSink::paths() const {
  std::vector<std::string> paths;
  for (const PointerPlace& place : wish_.places) {
    paths.push_back(
        fmt::format("{}/snapshots/{}/{}", wish_.writer->folder(), place.commit.hex(), place.path));
  }
  return paths;
}

std::string BlobSink::shown() const {
  return show(wish_.writer->folder() + "/" + wish_.places.front().path, 300);
}

SinkWord BlobSink::give_up(FetchFault fault, std::string what) {
  failure_ = {fault, shown(), std::move(what)};
  lock_.reset();
  return SinkWord::give_up;
}

SinkWord BlobSink::give_up(const Error& error) {
  failure_ = {FetchFault::io, error.where.empty() ? shown() : error.where, error.what,
              error.sys_errno};
  lock_.reset();
  return SinkWord::give_up;
}

SinkWord BlobSink::prepare() {
  if (!lock_) {
    const SinkWord locked = take_lock();
    if (locked != SinkWord::well) return locked;
    const auto is_there = use_what_is_there();
    if (!is_there) return give_up(is_there.error());
    if (*is_there) return SinkWord::well;
  }
  if (file_) return SinkWord::well;
  const auto opened = open_partial();
  if (!opened) return give_up(opened.error());
  return SinkWord::well;
}

SinkWord BlobSink::take_lock() {
  const RepoWriter& writer = *wish_.writer;
  const std::string name = wish_.oid.hex() + ".lock";
  auto lock = ClientLock::try_take(writer.cache(), writer.folder(), wish_.oid.hex());
  if (!lock) return give_up(lock.error());
  if (!*lock) return wait_for(fmt::format(".locks/{}/{}", writer.folder(), name));
  if (is_held_by_hf_hub_0(writer.blobs(), wish_.oid.hex())) {
    return wait_for(fmt::format("{}/blobs/{}", writer.folder(), name));
  }
  lock_ = std::move(*lock);
  return SinkWord::well;
}

SinkWord BlobSink::wait_for(const std::string& lock) {
  const auto now = ports_.clock->now();
  if (!waiting_since_) waiting_since_ = now;
  if (now - *waiting_since_ < ports_.lock_timeout) return SinkWord::again;
  return give_up(FetchFault::try_later, fmt::format("another process holds {}; gave up after {}",
                                                    lock, format_duration(ports_.lock_timeout)));
}

Result<bool> BlobSink::use_what_is_there() {
  const RepoWriter& writer = *wish_.writer;
  HUBWARD_TRY(const std::optional<Digest> there, writer.digest_of_blob(wish_.oid));
  if (!there) return false;
  if (*there != wish_.oid) {
    HUBWARD_TRY_VOID(ports_.set_aside(writer.folder() + "/blobs/" + wish_.oid.hex()));
    return false;
  }
  for (const PointerPlace& place : wish_.places) {
    HUBWARD_TRY_VOID(writer.point_at(place.commit, place.path, wish_.oid));
  }
  ports_.progress(writer, wish_.size);
  state_ = State::published;
  lock_.reset();
  return true;
}

Result<void> BlobSink::open_partial() {
  const RepoWriter& writer = *wish_.writer;
  // Looking for one is a walk over all of blobs/: only where one was, or who held the lock may have
  // left one since.
  const bool may_be_left = waiting_since_ || writer.had_partial_of(wish_.oid);
  auto left =
      may_be_left ? writer.left_partial(wish_.oid.hex(), wish_.size) : std::optional<PartialFile>();
  if (left) {
    hold(std::move(*left));
    was_taken_over_ = true;
    HUBWARD_TRY_VOID(file_->read_what_is_there());
    taken_over_ = file_->size();
    // All of it is there, or more than there is to ask for: only a new beginning can tell.
    if (taken_over_ >= wish_.size) {
      HUBWARD_TRY(const Digest got, file_->finish());
      if (got != wish_.oid) return start_over();
      be_right();
      return {};
    }
    ports_.progress(*wish_.writer, taken_over_);
    return {};
  }
  HUBWARD_TRY(PartialFile fresh, writer.new_partial(wish_.oid.hex()));
  hold(std::move(fresh));
  if (wish_.size > 0) return {};
  // Nothing needs to be asked for nothing.
  HUBWARD_TRY(const Digest got, file_->finish());
  if (got != wish_.oid) return start_over();
  be_right();
  return {};
}

// Little is done sooner than another thread is woken.
void BlobSink::hold(PartialFile file) {
  WriteBehind* behind = wish_.size > kMostInBatch ? ports_.behind : nullptr;
  file_.emplace(std::move(file), wish_.oid.algorithm(), wish_.size, behind);
}

Result<void> BlobSink::start_over() {
  taken_over_ = 0;
  return file_->restart();
}

SinkWord BlobSink::start_over_once(std::string what) {
  if (std::exchange(started_over_, true)) {
    file_->file().remove();
    file_.reset();
    return give_up(FetchFault::bad_content, std::move(what));
  }
  const auto restarted = start_over();
  return restarted ? SinkWord::again : give_up(restarted.error());
}

// The Hub's own etag of a git file is its id (hub-cache-format 4.3). Of an LFS file the content
// host has one of its own, which only who saw it can know.
std::string BlobSink::known_etag() const {
  if (taken_over_ == 0 || wish_.oid.algorithm() != DigestAlgorithm::git_sha1) return "";
  return fmt::format("\"{}\"", wish_.oid.hex());
}

std::optional<std::string> BlobSink::contradiction_in(const AnswerHead& head) const {
  return contradiction(head, {wish_.places.front().commit, wish_.oid, wish_.size});
}

SinkWord BlobSink::begin(const AnswerHead& head) {
  if (is_encoded(head.headers)) {
    return start_over_once("the server compresses what has to come as it is");
  }
  if (head.status == 200 && file_->size() > 0) {
    const auto restarted = start_over();  // it does not know ranges
    if (!restarted) return give_up(restarted.error());
  }
  const auto total = total_in(head);
  if (total && *total != wish_.size) {
    return start_over_once(fmt::format("the server has {}, where {} are listed", bytes_text(*total),
                                       bytes_text(wish_.size)));
  }
  const auto length = length_in(head.headers);
  if (length && *length != wish_.size - file_->size()) {
    return start_over_once(fmt::format("the server sends {}, where {} are listed",
                                       bytes_text(file_->size() + *length),
                                       bytes_text(wish_.size)));
  }
  return SinkWord::well;
}

SinkWord BlobSink::take(std::span<const std::byte> bytes) {
  if (bytes.size() > wish_.size - file_->size()) {
    return start_over_once(
        fmt::format("the server sends more than the {} that are listed", bytes_text(wish_.size)));
  }
  const auto written = file_->append(bytes);
  if (!written) return give_up(written.error());
  ports_.progress(*wish_.writer, bytes.size());
  return SinkWord::well;
}

SinkWord BlobSink::end() {
  if (file_->size() < wish_.size) {
    return start_over_once(fmt::format("the server sends {}, where {} are listed",
                                       bytes_text(file_->size()), bytes_text(wish_.size)));
  }
  const auto got = file_->finish();
  if (!got) return give_up(got.error());
  if (*got != wish_.oid) {
    return start_over_once(fmt::format("what the server sends is {}, where {} is listed",
                                       got->tagged(), wish_.oid.tagged()));
  }
  be_right();
  return SinkWord::well;
}

SinkWord BlobSink::no_such_range() {
  return start_over_once("the server has fewer bytes than are listed");
}

void BlobSink::be_right() {
  state_ = State::right;
  if (wish_.size > kMostInBatch) return publish();
  ports_.batch->add(*this);
}

void BlobSink::publish() {
  if (const auto named = give_name(); !named) {
    give_up(named.error());
    return;
  }
  state_ = State::published;
  lock_.reset();
}

Result<void> BlobSink::give_name() {
  const RepoWriter& writer = *wish_.writer;
  PartialFile file = std::move(file_->file());
  file_.reset();
  if (writer.links() == LinkUse::copies) {
    HUBWARD_TRY_VOID(publish_copies(std::move(file)));
  } else {
    HUBWARD_TRY_VOID(file.publish(writer.blobs(), wish_.oid.hex()));
    // Into a file that another process began, that process may still be writing.
    const auto identity = file.identity();
    if (identity && !was_taken_over_ && ports_.proven) ports_.proven(*identity, wish_.oid);
    for (const PointerPlace& place : wish_.places) {
      HUBWARD_TRY_VOID(writer.point_at(place.commit, place.path, wish_.oid));
    }
  }
  return {};
}

// As huggingface_hub where links are off: a file in each snapshot, and none in blobs/.
Result<void> BlobSink::publish_copies(PartialFile file) {
  const RepoWriter& writer = *wish_.writer;
  const std::span<const PointerPlace> places = wish_.places;
  for (const PointerPlace& place : places.subspan(1)) {
    HUBWARD_TRY(PartialFile copy, writer.new_partial(wish_.oid.hex()));
    HUBWARD_TRY_VOID(file.copy_to(copy));
    HUBWARD_TRY_VOID(writer.place(std::move(copy), place.commit, place.path));
  }
  return writer.place(std::move(file), places.front().commit, places.front().path);
}

}  // namespace hubward
