// How many hash at once, and how many files each has open: no more than descriptors are allowed
// for, or sound files would seem unreadable. Private to the room.
#pragma once

#include <cstddef>

namespace hubward {

struct Crew {
  std::size_t threads;  ///< at least 1
  std::size_t lanes;    ///< of each: files open at once; 1 to kMostLanes
};

/// @param threads      that would be had without a limit, at least 1
/// @param descriptors  that the process may have open
Crew crew_for(std::size_t threads, std::size_t descriptors);

}  // namespace hubward
