// Takes the sizes and times of blobs, which the survey leaves out: a layout check needs none of
// them, and one stat a blob is half of a survey's time. Each blob is looked at once, from its own
// directory, however many pointers name it.
#pragma once

#include "verifier/cache/cache_model.h"
#include "verifier/cache/disk.h"

#include <string>

namespace hubward {

/// Fills Blob::identity of every sound blob that has none; one that has vanished or changed its
/// kind becomes unreadable.
/// @param root  the resolved cache root
/// @param jobs  threads; 0: one per core
void take_sizes(const Disk& disk, const std::string& root, unsigned jobs, CacheModel& cache);

}  // namespace hubward
