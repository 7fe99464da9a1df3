#include "runner/mend/quarantine_plan.h"

#include "verifier/cache/layout.h"
#include <hubward/digest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string_view>

namespace hubward {
namespace {

/// How a finding's place is mended by taking something away.
enum class Takes : unsigned char { nothing, itself, itself_unless_folder, bytes_behind };

// Stands for all codes on purpose: a new one does not compile until someone has decided.
Takes takes_of(FindingCode code) {
  switch (code) {
    case FindingCode::blob_corrupt:
    case FindingCode::content_malformed:
    case FindingCode::ref_malformed:
    case FindingCode::ref_whitespace:
    case FindingCode::ref_drift:
    case FindingCode::pointer_loop:
    case FindingCode::pointer_misdirected:
    case FindingCode::pointer_as_text:
    case FindingCode::absent_marker_conflict:
    case FindingCode::unlisted_file:
    case FindingCode::pointer_escapes:
    case FindingCode::not_a_regular_file:
    case FindingCode::name_hostile:
    case FindingCode::directory_link:
    case FindingCode::secret_in_cache: return Takes::itself;
    // A folder that we may not read we may not move either, and it is not its bytes that are wrong.
    case FindingCode::unreadable: return Takes::itself_unless_folder;
    case FindingCode::oid_mismatch:
    case FindingCode::size_mismatch: return Takes::bytes_behind;
    // Someone is writing it: nothing about it is proven yet.
    case FindingCode::unsteady:
    case FindingCode::repo_missing:
    case FindingCode::ref_missing:
    case FindingCode::ref_dangling:
    case FindingCode::snapshot_empty:
    case FindingCode::file_missing:
    case FindingCode::shard_missing:
    case FindingCode::pointer_dangling:
    case FindingCode::not_proven:
    case FindingCode::pointer_copied:
    case FindingCode::pointer_absolute:
    case FindingCode::blob_misnamed:
    case FindingCode::unverifiable:
    case FindingCode::listing_malformed:
    case FindingCode::client_blind:
    case FindingCode::optional_absent:
    case FindingCode::partial_download:
    case FindingCode::stale_lock_file:
    case FindingCode::orphan_blob:
    case FindingCode::case_collision:
    case FindingCode::snapshot_name:
    case FindingCode::unexpected_entry:
    case FindingCode::gate_partials:
    case FindingCode::gate_orphans:
    case FindingCode::gate_size:
    case FindingCode::gate_dangling_outside: return Takes::nothing;
  }
  return Takes::nothing;
}

struct Split {
  std::string_view folder;
  std::string_view name;
};

Split split(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return {"", path};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

/// "models--x/blobs/NAME"; the shared store's payloads lie deeper.
bool is_repo_blob(std::string_view path) {
  const Split blob = split(path);
  const Split folder = split(blob.folder);
  return folder.name == "blobs" && !folder.folder.empty() &&
         folder.folder.find('/') == std::string_view::npos;
}

bool is_shared_payload(std::string_view path) {
  return path.starts_with("blobs/") && std::count(path.begin(), path.end(), '/') == 2;
}

class Planner {
 public:
  explicit Planner(const Disk& disk) : disk_(disk) {}

  void add(const Finding& finding) {
    switch (takes_of(finding.code)) {
      case Takes::nothing: return;
      case Takes::itself: take(finding.path, finding.code); return;
      case Takes::itself_unless_folder: {
        const auto kind = kind_of(finding.path);
        if (kind && *kind != NodeKind::directory) take(finding.path, finding.code);
        return;
      }
      case Takes::bytes_behind: take_bytes_behind(finding); return;
    }
  }

  std::vector<QuarantineItem> items() const {
    std::vector<QuarantineItem> items;
    for (const auto& entry : items_) {
      if (!goes_with_a_folder(entry.first)) items.push_back(entry.second);
    }
    return items;
  }

 private:
  void take(const std::string& path, FindingCode code) {
    if (!path.empty()) items_.try_emplace(path, QuarantineItem{path, code, ""});
    if (is_repo_blob(path)) take_leftovers_of(path, code);
    if (is_shared_payload(path)) take_links_to(path, code);
  }

  bool goes_with_a_folder(std::string_view path) const {
    for (path = split(path).folder; !path.empty(); path = split(path).folder) {
      if (items_.contains(path)) return true;
    }
    return false;
  }

  // Source: hub-cache-format 2.9, 2.10. hf-hub replaces what follows a name's last dot; 0.4.0 wrote
  // two.
  void take_leftovers_of(const std::string& blob, FindingCode code) {
    const Split parts = split(blob);
    const std::string stem =
        std::string(parts.folder) + "/" + std::string(parts.name.substr(0, parts.name.rfind('.')));
    const std::string lock = stem + ".lock";
    for (const std::string& path :
         {stem + ".part", stem + ".sync.part", stem + "..part", stem + "..sync.part", lock}) {
      if (kind_of(path)) items_.try_emplace(path, QuarantineItem{path, code, lock});
    }
  }

  void take_links_to(const std::string& payload, FindingCode code) {
    const auto root = disk_.open_folder("");
    if (!root) return;
    const auto names = (*root)->list();
    if (!names) return;
    for (const NodeName& repo : *names) {
      const std::string blobs = repo.name + "/blobs";
      const auto folder = disk_.open_folder(blobs);
      if (!folder) continue;
      const auto entries = (*folder)->list();
      if (!entries) continue;
      for (const NodeName& entry : *entries) {
        if (entry.kind != NodeKind::link && entry.kind != NodeKind::unknown) continue;
        const auto text = (*folder)->read_link(entry.name);
        if (text && shared_payload_of(*text) == payload) take(blobs + "/" + entry.name, code);
      }
    }
  }

  // A sound blob of other content may serve other revisions: then only the pointer goes. A blob
  // that does not have the bytes that its own name says goes itself, and its pointers stay.
  void take_bytes_behind(const Finding& finding) {
    const std::optional<std::string> blob = blob_behind(finding.path);
    if (!blob) {
      take(finding.path, finding.code);
    } else if (finding.code == FindingCode::size_mismatch) {
      take(*blob, finding.code);
    } else {
      take(finding.path, finding.code);
      const auto actual = Digest::from_tagged(finding.actual.value_or(""));
      const auto name = Digest::from_hex(split(*blob).name);
      if (name && actual && name->algorithm() == actual->algorithm() && *name != *actual) {
        take(*blob, finding.code);
      }
    }
  }

  /// The repo's blob that a pointer's own text names; nullopt when it is no link to one.
  std::optional<std::string> blob_behind(const std::string& pointer) const {
    const Split parts = split(pointer);
    const auto folder = disk_.open_folder(parts.folder);
    if (!folder) return std::nullopt;
    const auto text = (*folder)->read_link(std::string(parts.name));
    if (!text) return std::nullopt;
    const Split target = split(*text);
    const bool names_a_blob = split(target.folder).name == "blobs" && !target.name.empty();
    if (!names_a_blob) return std::nullopt;
    const std::string_view repo = std::string_view(pointer).substr(0, pointer.find('/'));
    std::string blob = std::string(repo) + "/blobs/" + std::string(target.name);
    return kind_of(blob) ? std::optional(std::move(blob)) : std::nullopt;
  }

  std::optional<NodeKind> kind_of(const std::string& path) const {
    const Split parts = split(path);
    const auto folder = disk_.open_folder(parts.folder);
    if (!folder) return std::nullopt;
    const auto status = (*folder)->status(std::string(parts.name));
    return status ? std::optional(status->kind) : std::nullopt;
  }

  const Disk& disk_;
  std::map<std::string, QuarantineItem, std::less<>> items_;
};

}  // namespace

std::vector<QuarantineItem> plan_quarantine(const Report& report, const Disk& disk,
                                            FindingClass whose) {
  if (whose > FindingClass::corrupt) return {};
  // Hostile things go only where that is allowed, whatever else is wrong with them.
  std::set<std::string_view> hostile;
  for (const Finding& finding : report.findings) {
    if (finding.finding_class == FindingClass::hostile) hostile.insert(finding.path);
  }
  Planner planner(disk);
  for (const Finding& finding : report.findings) {
    if (finding.finding_class != whose) continue;
    if (whose == FindingClass::hostile || !hostile.contains(finding.path)) planner.add(finding);
  }
  return planner.items();
}

}  // namespace hubward
