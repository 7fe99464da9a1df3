// Takes the sizes and times of blobs, which the survey leaves out: a layout check needs none of
// them, and one stat a blob is half of a survey's time. Each blob is looked at once, from its own
// directory, however many pointers name it. One that will be opened anyway can tell its size then.
#pragma once

#include "verifier/cache/cache_model.h"
#include "verifier/cache/disk.h"

#include <string>

namespace hubward {

enum class SizesOf : std::uint8_t {
  all,
  /// Those that must be known before the bytes are read: of blobs that may be hard links to each
  /// other, or that a plain file may be a copy of.
  what_reading_needs,
};

/// Fills Blob::identity of the sound blobs that have none; one that has vanished or changed its
/// kind becomes unreadable.
/// @param root  the resolved cache root
/// @param jobs  threads; 0: one per core
void take_sizes(const Disk& disk, const std::string& root, SizesOf which, unsigned jobs,
                CacheModel& cache);

}  // namespace hubward
