// What interrupted downloads, and hubward's own quarantine, leave where an archive would take it
// along: it makes every later cache larger, and some of it stops the next download.
//
// A lock beside the finished blob of the same name is no leftover: hf-hub 0.4.3 and 0.5 leave one
// for every file that they download (hub-cache-format 2.10), and it holds nobody up.
#include "verifier/cache/layout.h"
#include "verifier/checks/gate.h"
#include "verifier/text/show.h"

#include <algorithm>

namespace hubward {
namespace {

constexpr std::string_view kQuarantine = ".hubward-quarantine";
constexpr std::string_view kLock = ".lock";

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// Left behind in the store that repos share (docs/shared-store.md).
bool is_left_in_store(std::string_view below_cache) {
  if (!below_cache.starts_with("blobs/")) return false;
  const std::string_view name = name_of(below_cache);
  return name.ends_with(".tmp") || name.ends_with(".lock.soft") || is_partial_name(name);
}

/// Beside the cache only what bears a name that no program gives a finished file.
bool is_left_beside(std::string_view path) { return name_of(path).ends_with(".incomplete"); }

bool is_of_finished_blob(const SavedTree& tree, std::string_view lock) {
  const std::string blob =
      tree.cache + "/" + std::string(lock.substr(0, lock.size() - kLock.size()));
  return tree.find(blob) != nullptr;
}

}  // namespace

std::string_view repo_folder_of(std::string_view path) {
  const std::string_view first = path.substr(0, path.find('/'));
  return repo_of_folder(first) ? first : std::string_view();
}

bool is_said(const Report& report, std::string_view path) {
  return std::ranges::any_of(report.findings, [&](const Finding& finding) {
    return finding.path == path && finding.finding_class <= FindingClass::incomplete;
  });
}

Finding gate_finding(const SavedTree& tree, FindingCode code, std::string_view path,
                     std::string detail) {
  Finding finding = make_finding(code, tree.from_cache(path));
  if (const auto repo = repo_of_folder(repo_folder_of(finding.path))) {
    finding.repo = repo->qualified();
  }
  if (!tree.is_in_cache(path)) {
    const std::string where = show(path);
    detail = detail.empty() ? where : where + ": " + detail;
  }
  if (!detail.empty()) finding.detail = std::move(detail);
  return finding;
}

void gate_leftovers(const GateCase& gate, std::vector<Finding>& out) {
  const SavedTree& tree = gate.tree;
  for (const Finding& finding : gate.report.findings) {
    const bool is_partial = finding.code == FindingCode::partial_download;
    const bool is_lock = finding.code == FindingCode::stale_lock_file;
    if (!is_partial && !is_lock) continue;
    const std::string path = tree.cache + "/" + finding.path;
    if (tree.find(path) == nullptr) continue;
    if (is_lock && is_of_finished_blob(tree, finding.path)) continue;
    out.push_back(gate_finding(
        tree, FindingCode::gate_partials, path,
        is_lock ? "the lock of a download that did not end" : finding.detail.value_or("")));
  }
  std::string quarantine;
  for (const SavedNode& node : tree.nodes) {
    if (!quarantine.empty() && node.path.starts_with(quarantine)) continue;
    if (node.kind == NodeKind::directory && name_of(node.path) == kQuarantine) {
      quarantine = node.path + "/";
      out.push_back(
          gate_finding(tree, FindingCode::gate_partials, node.path, "what hubward has set aside"));
      continue;
    }
    const bool is_left = tree.is_in_cache(node.path) ? is_left_in_store(tree.from_cache(node.path))
                                                     : is_left_beside(node.path);
    if (is_left) out.push_back(gate_finding(tree, FindingCode::gate_partials, node.path));
  }
}

}  // namespace hubward
