// How large what is saved is. CI engines evict by size, and some charge for it; the archive is
// smaller than this by what compresses, which weights hardly do.
#include "verifier/cache/layout.h"
#include "verifier/checks/gate.h"
#include "verifier/text/show.h"
#include "verifier/text/units.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace hubward {
namespace {

constexpr std::size_t kReposNamed = 5;

struct Sizes {
  std::uint64_t all = 0;
  std::map<std::string, std::uint64_t> of_repo;  ///< by folder, payloads of the store included
};

Sizes sizes_in(const SavedTree& tree) {
  Sizes sizes;
  std::set<std::pair<std::uint64_t, std::uint64_t>> seen;  // hard links are saved once
  for (const SavedNode& node : tree.nodes) {
    const std::string path = tree.is_in_cache(node.path) ? tree.from_cache(node.path) : "";
    const std::string repo(repo_folder_of(path));
    if (node.kind == NodeKind::regular &&
        seen.emplace(node.identity.device, node.identity.inode).second) {
      sizes.all += node.identity.size;
      if (!repo.empty()) sizes.of_repo[repo] += node.identity.size;
    } else if (node.kind == NodeKind::link && !repo.empty()) {
      const std::string payload = shared_payload_of(node.link_text);
      const SavedNode* bytes = payload.empty() ? nullptr : tree.find(tree.cache + "/" + payload);
      if (bytes != nullptr) sizes.of_repo[repo] += bytes->identity.size;
    }
  }
  return sizes;
}

std::string biggest_of(const std::map<std::string, std::uint64_t>& of_repo) {
  std::vector<std::pair<std::string, std::uint64_t>> repos(of_repo.begin(), of_repo.end());
  std::ranges::stable_sort(repos, [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string text;
  for (std::size_t i = 0; i < std::min(repos.size(), kReposNamed); ++i) {
    text += fmt::format("{}{} {}", i == 0 ? "largest: " : ", ", show(repos[i].first),
                        format_size(repos[i].second));
  }
  return text;
}

}  // namespace

void gate_size(const GateCase& gate, std::vector<Finding>& out) {
  if (!gate.limits.max_size) return;
  const Sizes sizes = sizes_in(gate.tree);
  if (sizes.all <= *gate.limits.max_size) return;
  Finding finding = make_finding(FindingCode::gate_size, "");
  finding.expected = fmt::format("at most {}", format_size(*gate.limits.max_size));
  finding.actual = format_size(sizes.all);
  if (std::string biggest = biggest_of(sizes.of_repo); !biggest.empty()) {
    finding.detail = std::move(biggest);
  }
  out.push_back(std::move(finding));
}

}  // namespace hubward
