#include "verifier/checks/check.h"

namespace hubward {
namespace {

constexpr Check kChecks[] = {
    {"repo_reachable", repo_reachable},
    {"ref_text", ref_text},
    {"stray_refs", stray_refs},
    {"odd_nodes", odd_nodes},
    {"pointer_target", pointer_target},
    {"blob_content", blob_content},
    {"required_files", required_files},
    {"absent_markers", absent_markers},
    {"unlisted_files", unlisted_files},
    {"leftovers", leftovers},
    // These two speak only of an entry that is otherwise intact.
    {"not_proven", not_proven},
    {"client_blind", client_blind},
};

}  // namespace

std::span<const Check> all_checks() { return kChecks; }

}  // namespace hubward
