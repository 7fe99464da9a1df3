#include "verifier/proof/gguf_cursor.h"

#include "verifier/proof/checked.h"

#include <algorithm>
#include <array>

namespace hubward {

constexpr std::size_t kBufferBytes = std::size_t{64} * 1024;

GgufCursor::GgufCursor(const FileBytes& file, std::uint64_t file_size)
    : file_(file), file_size_(file_size), buffer_(kBufferBytes) {}

bool GgufCursor::stop_for(Stop why) {
  stop_ = why;
  return false;
}

/// Whether that many more bytes may be read or passed.
bool GgufCursor::reserve(std::uint64_t bytes) {
  if (stop_ != Stop::none) return false;
  const auto end = checked_add(position_, bytes);
  if (!end) return stop_for(Stop::absurd);
  wanted_end_ = *end;
  if (*end > limit_) return stop_for(Stop::limit);
  if (*end > file_size_) return stop_for(Stop::file_ends);
  return true;
}

bool GgufCursor::read(std::span<std::byte> out) {
  if (!reserve(out.size())) return false;
  while (!out.empty()) {
    const bool buffered = position_ >= buffer_begin_ && position_ - buffer_begin_ < buffer_size_;
    if (!buffered) {
      const auto got = file_.read_at(position_, buffer_);
      if (!got) {
        error_ = got.error();
        return stop_for(Stop::io);
      }
      if (*got == 0) return stop_for(Stop::file_ends);  // cut short while it is read
      buffer_begin_ = position_;
      buffer_size_ = *got;
    }
    const auto from = static_cast<std::size_t>(position_ - buffer_begin_);
    const std::size_t size = std::min(out.size(), buffer_size_ - from);
    std::copy_n(buffer_.begin() + static_cast<std::ptrdiff_t>(from), size, out.begin());
    out = out.subspan(size);
    position_ += size;
  }
  return true;
}

bool GgufCursor::read_little_endian(std::size_t bytes, std::uint64_t& value) {
  std::array<std::byte, 8> raw{};
  if (!read(std::span(raw).first(bytes))) return false;
  value = 0;
  for (std::size_t i = bytes; i-- > 0;) {
    value = value << 8 | std::to_integer<std::uint64_t>(raw[i]);
  }
  return true;
}

bool GgufCursor::read_u32(std::uint32_t& value) {
  std::uint64_t wide = 0;
  if (!read_little_endian(4, wide)) return false;
  value = static_cast<std::uint32_t>(wide);
  return true;
}

bool GgufCursor::read_u64(std::uint64_t& value) { return read_little_endian(8, value); }

bool GgufCursor::read_count(std::uint64_t& value) {
  return read_little_endian(version_ == 1 ? 4 : 8, value);
}

/// Of a longer text the rest is passed over.
bool GgufCursor::read_text(std::string& text, std::size_t max_bytes) {
  std::uint64_t length = 0;
  if (!read_count(length) || !reserve(length)) return false;
  text.resize(static_cast<std::size_t>(std::min<std::uint64_t>(length, max_bytes)));
  return read(std::as_writable_bytes(std::span(text))) && skip(length - text.size());
}

bool GgufCursor::skip_text() {
  std::uint64_t length = 0;
  return read_count(length) && skip(length);
}

bool GgufCursor::skip(std::uint64_t bytes) {
  if (!reserve(bytes)) return false;
  position_ += bytes;
  return true;
}

bool GgufCursor::skip(std::uint64_t count, std::uint64_t bytes_each) {
  if (stop_ != Stop::none) return false;
  const auto bytes = checked_multiply(count, bytes_each);
  return bytes ? skip(*bytes) : stop_for(Stop::absurd);
}

}  // namespace hubward
