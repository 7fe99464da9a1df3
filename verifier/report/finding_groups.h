// Findings put where a person looks for them: under the manifest entry they concern, those of one
// code together. A report of a thousand lines says the same as one of ten, and nobody reads it.
#pragma once

#include <hubward/report.h>

#include <vector>

namespace hubward {

/// Findings of one code and class; borrowed from the Report.
struct FindingGroup {
  FindingCode code;
  FindingClass finding_class;
  std::vector<const Finding*> places;  ///< in the report's order, never empty
};

struct GroupedFindings {
  std::vector<std::vector<FindingGroup>> of_entry;  ///< as many as report.repos
  std::vector<FindingGroup> elsewhere;              ///< places that belong to no entry
};

/// Borrows from `report`, which must outlive the result.
GroupedFindings group_findings(const Report& report);

}  // namespace hubward
