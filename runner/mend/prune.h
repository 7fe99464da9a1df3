// Deletes what a plan names, in its order.
//
// Deletes, and does not set aside: a prune is for size, and a quarantine beside the cache would be
// as large. So it is careful in another way: everything is reached from the cache's own descriptor
// by components that are never followed if they are links, no other file system is entered, and
// what a client is at work on ends it before anything is gone.
#pragma once

#include "runner/mend/prune_plan.h"
#include <hubward/result.h>

#include <string>

namespace hubward {

/// What has gone meanwhile is passed over. Empty folders that the deletions leave go, too.
/// @param cache_path  absolute; the path to it may lead through links
/// Errors: try_later when another process holds a lock of a repo that the plan concerns, mostly
/// before anything is deleted; io.
Result<void> prune(const std::string& cache_path, const PrunePlan& plan);

}  // namespace hubward
