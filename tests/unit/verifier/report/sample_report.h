// One report that has everything a renderer must spell: each class, hostile bytes, several
// revisions of a repo, places of no entry, folded places.
#pragma once

#include <hubward/report.h>

#include <string>

namespace hubward::test {

Report sample_report();
/// The same beneath a lock, each finding with its line in manifest or lock.
Report sample_with_lines();
/// Twenty models, of which nothing was downloaded but for three, one of them with forty files gone.
Report crowded_report();
/// The shortest there is: a whole cache.
Report whole_report();

}  // namespace hubward::test
