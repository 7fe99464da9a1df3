// Blobs that no snapshot leads to: bytes that are saved, restored and paid for, and that no load
// ever reads.
//
// One that has the size of a plain file in the same repo's snapshots is none: where files are
// copied (@huggingface/hub without links, restores without symlinks) the blob alone tells what the
// copy's bytes should be.
#include "verifier/cache/layout.h"
#include "verifier/checks/gate.h"
#include "verifier/text/show.h"
#include "verifier/text/units.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <utility>

namespace hubward {
namespace {

using SizeInRepo = std::pair<std::string_view, std::uint64_t>;

/// Sizes of the plain files in each repo's snapshots.
std::set<SizeInRepo> copies_in(const SavedTree& tree) {
  std::set<SizeInRepo> copies;
  for (const SavedNode& node : tree.nodes) {
    if (node.kind != NodeKind::regular || !tree.is_in_cache(node.path)) continue;
    const std::string_view below = std::string_view(node.path).substr(tree.cache.size() + 1);
    const std::string_view repo = repo_folder_of(below);
    if (repo.empty() || !below.substr(repo.size()).starts_with("/snapshots/")) continue;
    copies.emplace(repo, node.identity.size);
  }
  return copies;
}

/// Payloads of the shared store that a repo's own link still needs, as paths from the cache.
std::set<std::string> needed_payloads(const SavedTree& tree, const std::set<std::string>& orphans) {
  std::set<std::string> needed;
  for (const SavedNode& node : tree.nodes) {
    if (node.kind != NodeKind::link) continue;
    std::string payload = shared_payload_of(node.link_text);
    if (payload.empty() || orphans.contains(tree.from_cache(node.path))) continue;
    needed.insert(std::move(payload));
  }
  return needed;
}

/// "blobs/HH/<64 hex>", nothing behind it.
bool is_payload(std::string_view below_cache) {
  return shared_payload_of("../../" + std::string(below_cache)) == below_cache;
}

using Orphan = std::pair<std::uint64_t, std::string>;  // bytes, path from the cache

std::vector<Orphan> orphans_in(const GateCase& gate) {
  const SavedTree& tree = gate.tree;
  const std::set<SizeInRepo> copies = copies_in(tree);
  std::set<std::string> unlinked;
  for (const Finding& finding : gate.report.findings) {
    if (finding.code == FindingCode::orphan_blob) unlinked.insert(finding.path);
  }
  std::vector<Orphan> orphans;
  for (const std::string& path : unlinked) {
    const SavedNode* node = tree.find(tree.cache + "/" + path);
    if (node == nullptr || node->kind != NodeKind::regular) continue;
    const std::uint64_t size = node->identity.size;
    if (!copies.contains({repo_folder_of(path), size})) orphans.emplace_back(size, path);
  }
  const std::set<std::string> needed = needed_payloads(tree, unlinked);
  for (const SavedNode& node : tree.nodes) {
    if (node.kind != NodeKind::regular || !tree.is_in_cache(node.path)) continue;
    std::string path = tree.from_cache(node.path);
    if (!is_payload(path) || needed.contains(path)) continue;
    orphans.emplace_back(node.identity.size, std::move(path));
  }
  return orphans;
}

}  // namespace

void gate_orphans(const GateCase& gate, std::vector<Finding>& out) {
  std::vector<Orphan> orphans = orphans_in(gate);
  std::uint64_t bytes = 0;
  for (const Orphan& orphan : orphans) bytes += orphan.first;
  if (bytes <= gate.limits.max_orphans) return;
  std::ranges::sort(orphans, [](const Orphan& a, const Orphan& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  Finding finding = make_finding(FindingCode::gate_orphans, "");
  finding.expected = fmt::format("at most {}", format_size(gate.limits.max_orphans));
  finding.actual = fmt::format(
      "{} in {}", format_size(bytes),
      orphans.size() == 1 ? std::string("one blob") : fmt::format("{} blobs", orphans.size()));
  finding.detail = fmt::format("the largest is {}", show(orphans.front().second));
  out.push_back(std::move(finding));
}

}  // namespace hubward
