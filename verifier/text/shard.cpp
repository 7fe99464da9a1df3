// A shard as it is written, in a flag and to people: I/N.
#include "verifier/text/show.h"
#include <hubward/shard.h>

#include <fmt/format.h>

#include <charconv>

namespace hubward {
namespace {

/// Digits alone, and no zero before them, so that a shard has one spelling; a number too large for
/// the type is the largest.
std::optional<unsigned> number_in(std::string_view text) {
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  unsigned number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc::invalid_argument || stop != end) return std::nullopt;
  return error == std::errc() ? number : std::numeric_limits<unsigned>::max();
}

}  // namespace

Result<Shard> parse_shard(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto index = number_in(text.substr(0, slash));
  const auto of =
      slash == std::string_view::npos ? std::nullopt : number_in(text.substr(slash + 1));
  const auto refuse = [&](std::string_view why) {
    return fail(ErrorKind::bad_input, "", fmt::format("`{}` {}", show(text, 100), why));
  };
  if (!index || !of) return refuse("is not I/N, as 3/16 is the third of 16");
  if (*of == 0) return refuse("is no shard: there is at least one, which is 1/1");
  if (*index == 0) return refuse("is no shard: the first is 1, so add one to an index from 0");
  if (*of > kMaxShards) {
    return refuse(fmt::format("are more shards than there may be, which is {}", kMaxShards));
  }
  if (*index > *of) return refuse(fmt::format("is no shard: the last of {0} is {0}/{0}", *of));
  return Shard{.index = *index, .of = *of};
}

std::string to_string(const Shard& shard) { return fmt::format("{}/{}", shard.index, shard.of); }

bool is_shard(const Shard& shard) {
  return shard.index >= 1 && shard.index <= shard.of && shard.of <= kMaxShards;
}

}  // namespace hubward
