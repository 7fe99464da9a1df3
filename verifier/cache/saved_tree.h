// What a CI engine would put into its archive: every name beneath the paths that it is told to
// save, inside the cache and beside it.
//
// The survey (survey.h) knows what a cache is made of; this knows nothing of it, for what makes an
// archive unfit mostly lies elsewhere: a login's token in the folder above, a quarantine beside the
// cache, a link to a place that is not saved. Nothing is followed, and no file is opened but small
// plain ones, which are searched for tokens.
#pragma once

#include "verifier/cache/disk.h"
#include <hubward/result.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

struct SavedNode {
  std::string path;  ///< absolute, no component above it a link; raw bytes
  NodeKind kind = NodeKind::unknown;
  FileIdentity identity;  ///< of plain files; else all zero
  std::string link_text;  ///< of links; empty where it could not be read
  bool is_secret = false;
  std::string trouble;  ///< why a folder's names, or a link's text, are not known; safe for eyes
};

/// A path that is saved.
struct SavedRoot {
  std::string named;  ///< absolute, as the user spelled it
  std::string real;   ///< its folder resolved, its own name not
};

struct SavedTree {
  std::string cache;  ///< resolved, absolute
  std::vector<SavedRoot> roots;
  std::vector<SavedNode> nodes;  ///< of all roots; sorted by path, bytewise, each once

  /// nullptr when there is none; borrowed.
  const SavedNode* find(std::string_view path) const;
  /// Whether an absolute path, spelled either way, is one of the roots or beneath one. By text.
  bool covers(std::string_view path) const;
  /// A path as reports spell it: from the cache, "../token" for what lies beside it.
  std::string from_cache(std::string_view path) const;
  bool is_in_cache(std::string_view path) const;
};

enum class LookForSecrets : std::uint8_t { no, yes };

struct SavedTreeRequest {
  std::string cache;               ///< absolute, resolved
  std::vector<std::string> roots;  ///< absolute; what does not exist is passed over
  LookForSecrets secrets = LookForSecrets::yes;
  std::size_t max_entries = 4'000'000;
  std::size_t max_depth = 128;
};

/// The largest file that is opened and searched for a token, in bytes.
inline constexpr std::size_t kMaxSecretFile = std::size_t{64} * 1024;

/// How a folder is opened: production hands in one that makes a PosixDisk; tests, one that fails.
using DiskAt = std::function<std::unique_ptr<Disk>(const std::string& folder)>;
DiskAt real_disks();

/// Errors: io when the folder of a root cannot be opened. What cannot be read further in is told by
/// `trouble`.
Result<SavedTree> survey_saved(const SavedTreeRequest& request, const DiskAt& disk_at);

/// The absolute paths that differ between two looks at the same roots, sorted. Pure.
struct SavedChange {
  enum class What : std::uint8_t { appeared, went, changed };
  std::string path;
  What what;
};
std::vector<SavedChange> changes_between(const SavedTree& before, const SavedTree& after);

}  // namespace hubward
