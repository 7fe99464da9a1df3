#include "verifier/proof/transformed.h"

#include "verifier/proof/chunk_reader.h"
#include "verifier/proof/decoder.h"
#include "verifier/proof/hasher.h"

#include <array>
#include <cstring>
#include <functional>
#include <vector>

namespace hubward {
namespace {

/// Writes a transformed content to a sink, from its first byte; may be asked for twice.
using Transformation = std::function<Result<void>(const DecodedSink&)>;

/// Whether the transformed content is `name`'s. A git id needs the length before the first byte, so
/// the content is made twice for one: once to be counted. Nothing of it is held.
Result<bool> hashes_to(const Transformation& transform, const Digest& name) {
  std::uint64_t length = 0;
  const auto count = [&](std::span<const std::byte> bytes) {
    length += bytes.size();
    return length <= kMaxTransformedBytes;
  };
  Hasher hasher(name.algorithm());
  const auto hash = [&](std::span<const std::byte> bytes) {
    hasher.update(bytes);
    return true;
  };
  switch (name.algorithm()) {
    case DigestAlgorithm::git_sha1:
      HUBWARD_TRY_VOID(transform(count));
      if (length > kMaxTransformedBytes) return false;
      hasher.reset(length);
      HUBWARD_TRY_VOID(transform(hash));
      break;
    case DigestAlgorithm::sha256:
      HUBWARD_TRY_VOID(transform([&](auto bytes) { return count(bytes) && hash(bytes); }));
      break;
  }
  // Nothing is what garbage decodes to: it explains no file that holds something.
  if (length == 0 || length > kMaxTransformedBytes) return false;
  return hasher.finish() == name;
}

Result<void> decode_file(const FileBytes& file, std::uint64_t size, Decoder& decoder,
                         const DecodedSink& sink) {
  ChunkReader reader(file, 0, size);
  for (;;) {
    HUBWARD_TRY(const std::span<const std::byte> chunk, reader.next());
    if (chunk.empty() || !decoder.decode(chunk, sink)) return {};
  }
}

enum class Wrapping { none, gzip, zlib };

Result<Wrapping> wrapping_of(const FileBytes& file) {
  std::array<std::byte, 2> magic{};
  HUBWARD_TRY(const std::size_t got, file.read_at(0, magic));
  if (got < magic.size()) return Wrapping::none;
  const auto first = std::to_integer<unsigned>(magic[0]);
  const auto second = std::to_integer<unsigned>(magic[1]);
  if (first == 0x1f && second == 0x8b) return Wrapping::gzip;
  // RFC 1950: method 8, a window of at most 32 KiB, and a check of both bytes.
  const bool zlib = (first & 0x0f) == 8 && first >> 4 <= 7 && (first * 256 + second) % 31 == 0;
  return zlib ? Wrapping::zlib : Wrapping::none;
}

constexpr std::byte kCr{'\r'};
constexpr std::byte kLf{'\n'};

/// Takes text in chunks and gives it back with other line ends. Between chunks it keeps one fact:
/// whether the last byte was a CR.
class LineEndConverter {
 public:
  explicit LineEndConverter(LineEndAccident undone) : undone_(undone) {}

  /// @param input  not empty
  /// @return       valid until the next call
  std::span<const std::byte> convert(std::span<const std::byte> input) {
    out_.clear();
    switch (undone_) {
      case LineEndAccident::lf_became_crlf: drop_crs(input); break;
      case LineEndAccident::crlf_became_lf: add_crs(input); break;
    }
    after_cr_ = input.back() == kCr;
    return out_;
  }

  /// What was held back for the byte behind it.
  std::span<const std::byte> finish() {
    out_.clear();
    if (undone_ == LineEndAccident::lf_became_crlf && after_cr_) out_.push_back(kCr);
    return out_;
  }

 private:
  void drop_crs(std::span<const std::byte> input) {
    if (after_cr_ && input.front() != kLf) out_.push_back(kCr);
    while (!input.empty()) {
      const std::size_t run = append_up_to(kCr, input);
      if (run == input.size()) return;
      input = input.subspan(run + 1);
      if (!input.empty() && input.front() != kLf) out_.push_back(kCr);
    }
  }

  void add_crs(std::span<const std::byte> input) {
    bool after_cr = after_cr_;
    while (!input.empty()) {
      const std::size_t run = append_up_to(kLf, input);
      if (run == input.size()) return;
      if (run > 0) after_cr = input[run - 1] == kCr;
      if (!after_cr) out_.push_back(kCr);
      out_.push_back(kLf);
      after_cr = false;
      input = input.subspan(run + 1);
    }
  }

  std::size_t append_up_to(std::byte end, std::span<const std::byte> input) {
    const void* found = std::memchr(input.data(), std::to_integer<int>(end), input.size());
    const std::size_t run =
        found == nullptr
            ? input.size()
            : static_cast<std::size_t>(static_cast<const std::byte*>(found) - input.data());
    out_.insert(out_.end(), input.begin(), input.begin() + static_cast<std::ptrdiff_t>(run));
    return run;
  }

  LineEndAccident undone_;
  bool after_cr_ = false;
  std::vector<std::byte> out_;
};

Result<void> convert_line_ends(const FileBytes& file, std::uint64_t size, LineEndAccident undone,
                               const DecodedSink& sink) {
  ChunkReader reader(file, 0, size);
  LineEndConverter converter(undone);
  for (;;) {
    HUBWARD_TRY(const std::span<const std::byte> chunk, reader.next());
    if (chunk.empty()) break;
    if (!sink(converter.convert(chunk))) return {};
  }
  sink(converter.finish());
  return {};
}

}  // namespace

Result<std::optional<std::string>> compression_that_explains(const FileBytes& file,
                                                             std::uint64_t size,
                                                             const Digest& name) {
  // What does not compress grows by far less than this in any of the encodings.
  constexpr std::uint64_t kMaxInput = kMaxTransformedBytes + std::uint64_t{1024} * 1024;
  if (size > kMaxInput) return std::optional<std::string>();
  const auto explained_by = [&](std::unique_ptr<Decoder> (*make)()) {
    return hashes_to(
        [&](const DecodedSink& sink) { return decode_file(file, size, *make(), sink); }, name);
  };

  HUBWARD_TRY(const Wrapping wrapping, wrapping_of(file));
  if (wrapping != Wrapping::none) {
    HUBWARD_TRY(const bool inflated, explained_by(make_inflate_decoder));
    if (inflated) return std::optional<std::string>(wrapping == Wrapping::gzip ? "gzip" : "zlib");
  }
  // Brotli has no magic number; what is none ends after a few bytes.
  HUBWARD_TRY(const bool brotli, explained_by(make_brotli_decoder));
  if (brotli) return std::optional<std::string>("brotli");
  return std::optional<std::string>();
}

Result<std::optional<LineEndAccident>> line_ends_that_explain(const FileBytes& file,
                                                              std::uint64_t size,
                                                              const DamageQuestion& question) {
  // Taking the CRs out can halve a file, putting them in only makes it larger. A listed size spares
  // the trial that goes the wrong way.
  const std::uint64_t listed = question.listed_size.value_or(size);
  const bool may_have_grown =
      size <= 2 * kMaxTransformedBytes && (!question.listed_size || listed < size);
  const bool may_have_shrunk =
      size <= kMaxTransformedBytes && (!question.listed_size || listed > size);
  for (const LineEndAccident accident :
       {LineEndAccident::lf_became_crlf, LineEndAccident::crlf_became_lf}) {
    const bool grown = accident == LineEndAccident::lf_became_crlf;
    if (grown ? !may_have_grown : !may_have_shrunk) continue;
    std::uint64_t converted = 0;
    const auto undo = [&](const DecodedSink& sink) {
      converted = 0;
      return convert_line_ends(file, size, accident, [&](std::span<const std::byte> bytes) {
        converted += bytes.size();
        return sink(bytes);
      });
    };
    HUBWARD_TRY(const bool explained, hashes_to(undo, question.name));
    // Without a line end in it nothing was undone: the bytes are right, and the size was in
    // question.
    if (explained && converted != size) return std::optional(accident);
  }
  return std::optional<LineEndAccident>();
}

}  // namespace hubward
