#include "verifier/gate.h"

#include "verifier/cache/survey.h"

#include <algorithm>

namespace hubward {
namespace {

SavedTreeRequest saved_of(const GateRequest& request) {
  SavedTreeRequest saved{.cache = roots_of(request.verify.cache_path).back(),
                         .roots = request.saving};
  if (saved.roots.empty()) saved.roots.push_back(saved.cache);
  return saved;
}

void conclude(Report& report, std::vector<Finding> found) {
  for (Finding& finding : found) {
    switch (finding.finding_class) {
      case FindingClass::hostile:
      case FindingClass::corrupt: report.verdict = Verdict::corrupt; break;
      case FindingClass::incomplete:
        report.verdict = std::max(report.verdict, Verdict::incomplete);
        break;
      case FindingClass::warning:
      case FindingClass::note: break;
    }
    report.findings.push_back(std::move(finding));
  }
  sort_findings(report.findings);
  report.exit_code = exit_code_of(report.verdict);
}

}  // namespace

Result<Report> gate(const GateRequest& request, const Disk& disk, const DiskAt& disk_at,
                    Observer& observer, ProofBook* book) {
  // The first look, before a byte is hashed; it reads small files beside the blobs.
  SavedTreeRequest saved = saved_of(request);
  HUBWARD_TRY(const SavedTree before, survey_saved(saved, disk_at));
  HUBWARD_TRY(Report report, verify(request.verify, disk, observer, book));
  // The second: whoever writes into what is saved makes the proof worth nothing.
  saved.secrets = LookForSecrets::no;
  HUBWARD_TRY(const SavedTree after, survey_saved(saved, disk_at));

  const GateCase gate{before, report, request.limits};
  std::vector<Finding> found;
  gate_leftovers(gate, found);
  gate_orphans(gate, found);
  gate_links(gate, found);
  gate_size(gate, found);
  gate_secrets(gate, found);
  gate_unseen(gate, found);
  gate_steadiness(gate, changes_between(before, after), found);
  conclude(report, std::move(found));
  return report;
}

}  // namespace hubward
