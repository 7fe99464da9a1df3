// What makes a cache unfit to be saved although every model in it is whole: the checks of `gate`.
// Pure: from what lies beneath the saved paths and what a verification has found.
#pragma once

#include "verifier/cache/saved_tree.h"
#include <hubward/finding.h>
#include <hubward/report.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

struct GateLimits {
  std::optional<std::uint64_t> max_size;  ///< bytes; nullopt: none
  std::uint64_t max_orphans = 0;          ///< bytes of blobs that nothing links to
};

struct GateCase {
  const SavedTree& tree;  ///< borrowed
  const Report& report;   ///< of `verify --all`; borrowed
  GateLimits limits;
};

/// Partial downloads, locks of unfinished ones, quarantines.
void gate_leftovers(const GateCase& gate, std::vector<Finding>& out);
void gate_orphans(const GateCase& gate, std::vector<Finding>& out);
/// Links that would dangle, and models that would be missing, after a restore of these paths alone.
void gate_links(const GateCase& gate, std::vector<Finding>& out);
void gate_size(const GateCase& gate, std::vector<Finding>& out);
void gate_secrets(const GateCase& gate, std::vector<Finding>& out);
/// Folders and links that could not be looked into.
void gate_unseen(const GateCase& gate, std::vector<Finding>& out);
/// What moved between two looks.
void gate_steadiness(const GateCase& gate, const std::vector<SavedChange>& changes,
                     std::vector<Finding>& out);

/// "models--x" of a path in the cache that lies in a repo's folder; else empty. Borrowed.
std::string_view repo_folder_of(std::string_view path);

/// A finding at an absolute path: what lies outside the cache says so in `detail`.
Finding gate_finding(const SavedTree& tree, FindingCode code, std::string_view path,
                     std::string detail = {});
/// Whether the verification has said something at that path that spoils the verdict.
bool is_said(const Report& report, std::string_view path);

}  // namespace hubward
