// What a look at the saved paths tells by itself: tokens, what could not be looked into, and what
// moved between two looks.
#include "verifier/checks/gate.h"

namespace hubward {
namespace {

std::string_view words_for(SavedChange::What what) {
  switch (what) {
    case SavedChange::What::appeared: return "it appeared during the check";
    case SavedChange::What::went: return "it went away during the check";
    case SavedChange::What::changed: return "it changed during the check";
  }
  return "";
}

}  // namespace

void gate_secrets(const GateCase& gate, std::vector<Finding>& out) {
  for (const SavedNode& node : gate.tree.nodes) {
    if (node.is_secret) {
      out.push_back(gate_finding(gate.tree, FindingCode::secret_in_cache, node.path));
    }
  }
}

void gate_unseen(const GateCase& gate, std::vector<Finding>& out) {
  for (const SavedNode& node : gate.tree.nodes) {
    if (node.trouble.empty() || is_said(gate.report, gate.tree.from_cache(node.path))) continue;
    out.push_back(gate_finding(gate.tree, FindingCode::unreadable, node.path, node.trouble));
  }
}

void gate_steadiness(const GateCase& gate, const std::vector<SavedChange>& changes,
                     std::vector<Finding>& out) {
  for (const SavedChange& change : changes) {
    if (is_said(gate.report, gate.tree.from_cache(change.path))) continue;
    out.push_back(gate_finding(gate.tree, FindingCode::unsteady, change.path,
                               std::string(words_for(change.what))));
  }
}

}  // namespace hubward
