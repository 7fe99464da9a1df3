// Names in bytewise order by numbers: the first bytes tell nearly all of them apart, and to compare
// the texts instead was a tenth of what a survey takes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace hubward {

/// The first eight bytes as a number that is ordered as they are; two names of the same number are
/// ordered by the rest.
inline std::uint64_t beginning_of(std::string_view name) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof value; ++i) {
    value = value << 8U | (i < name.size() ? static_cast<unsigned char>(name[i]) : 0U);
  }
  return value;
}

/// Where the first of them stands that is not below `wanted`; their number when there is none.
/// Nothing branches on what is compared: where a digest stands no processor can guess.
inline std::size_t first_not_below(std::span<const std::uint64_t> sorted, std::uint64_t wanted) {
  const std::uint64_t* first = sorted.data();
  std::size_t count = sorted.size();
  while (count > 1) {
    const std::size_t half = count / 2;
    first += half * static_cast<std::size_t>(first[half - 1] < wanted);
    count -= half;
  }
  const bool is_beyond = count == 1 && *first < wanted;
  return static_cast<std::size_t>(first - sorted.data()) + static_cast<std::size_t>(is_beyond);
}

}  // namespace hubward
