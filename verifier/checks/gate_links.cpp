// What would be missing after a restore of the saved paths alone. An archive keeps a link and not
// what it leads to, so a link out of these paths dangles on the machine that restores it: the
// shared store beside the repos that are saved one by one, a folder that [cache] allow_roots
// allows, a cache that is itself a link.
//
// Links are judged by their text: whether the place exists here says nothing about there.
#include "verifier/cache/layout.h"
#include "verifier/cache/pointer.h"
#include "verifier/checks/gate.h"
#include "verifier/text/show.h"

#include <algorithm>
#include <map>

namespace hubward {
namespace {

std::string target_of(const SavedNode& link) {
  return lexically_joined(link.path.substr(0, link.path.rfind('/')), link.link_text);
}

/// Fills in which pointers lead to the links that were found.
void add_pointers(const SavedTree& tree, std::map<std::string, Finding>& by_link) {
  for (const SavedNode& node : tree.nodes) {
    if (node.kind != NodeKind::link || node.link_text.empty()) continue;
    const auto at = by_link.find(target_of(node));
    if (at == by_link.end()) continue;
    Finding& finding = at->second;
    ++finding.affects_total;
    if (finding.affects.size() < kMaxAffects) {
      finding.affects.push_back(tree.from_cache(node.path));
    }
  }
}

/// Whether one of the saved paths lies in the folder, without being all of it.
bool holds_a_root(const SavedTree& tree, const std::string& folder) {
  return std::ranges::any_of(
      tree.roots, [&](const SavedRoot& root) { return root.real.starts_with(folder + "/"); });
}

/// Models whose folder is not saved, or not all of it.
void add_unsaved(const GateCase& gate, std::vector<Finding>& out) {
  const SavedTree& tree = gate.tree;
  if (tree.covers(tree.cache)) return;
  if (!holds_a_root(tree, tree.cache)) {
    out.push_back(gate_finding(tree, FindingCode::gate_dangling_outside, tree.cache,
                               "the cache lies in none of the paths that are saved"));
    return;
  }
  for (const RepoRow& row : gate.report.repos) {
    const std::string name = folder_name(row.repo);
    const std::string folder = tree.cache + "/" + name;
    if (row.optional || tree.covers(folder) || is_said(gate.report, name)) continue;
    const bool is_known = std::ranges::any_of(out, [&](const Finding& finding) {
      return finding.code == FindingCode::gate_dangling_outside && finding.path == name;
    });
    if (is_known) continue;
    out.push_back(gate_finding(tree, FindingCode::gate_dangling_outside, folder,
                               holds_a_root(tree, folder)
                                   ? "only a part of the model's folder is saved"
                                   : "the manifest needs this model, and it is not saved"));
  }
}

}  // namespace

void gate_links(const GateCase& gate, std::vector<Finding>& out) {
  const SavedTree& tree = gate.tree;
  std::map<std::string, Finding> by_link;
  for (const SavedNode& node : tree.nodes) {
    if (node.kind != NodeKind::link || node.link_text.empty()) continue;
    if (tree.covers(target_of(node)) || is_said(gate.report, tree.from_cache(node.path))) continue;
    Finding finding = gate_finding(tree, FindingCode::gate_dangling_outside, node.path);
    finding.actual = show(node.link_text, 400);
    by_link.emplace(node.path, std::move(finding));
  }
  if (!by_link.empty()) add_pointers(tree, by_link);
  for (auto& [path, finding] : by_link) out.push_back(std::move(finding));
  add_unsaved(gate, out);
}

}  // namespace hubward
