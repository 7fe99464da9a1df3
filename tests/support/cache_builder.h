// Healthy caches in the layout that the clients write, built in a fresh directory.
//
// Caches are built, not stored: git can carry neither a FIFO nor an absolute link, a bad mode or a
// name with control bytes. Everything is written at once, so a test may damage any file in between.
// Layout: hub-cache-format 2; huggingface_hub 1.x, file_download.py and _tree_cache.py.
#pragma once

#include "tests/support/temporary_folder.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hubward::test {

inline constexpr char kCommit[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
inline constexpr char kOtherCommit[] = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

/// How a repo's bytes are stored: links to blobs; plain files without blobs (no symlinks on the
/// file system); or LFS payloads in the hub-level store that huggingface_hub >= 1.32 shares between
/// repos.
enum class Layout { symlinks, copies, shared };

struct RepoOptions {
  std::string type = "model";
  std::string commit = kCommit;
  std::string ref = "main";  ///< empty: no ref is written
  Layout layout = Layout::symlinks;
};

struct FileOptions {
  bool lfs = false;      ///< blob named by SHA-256, listing with the lfs fields
  bool on_disk = true;   ///< false: only the listing knows the file
  std::string xet_hash;  ///< 64 hex, for the listing; empty: none
};

/// One repo folder. Refers to its CacheBuilder, which outlives it.
class RepoBuilder {
 public:
  RepoBuilder(std::string hub, std::string id, RepoOptions options);

  RepoBuilder& file(const std::string& path, std::string_view bytes,
                    const FileOptions& options = {});
  /// The ref's text as it stands, a newline included if given.
  RepoBuilder& ref(const std::string& name, std::string_view text);
  /// trees/<commit>.json over all files of the current commit so far, those not on disk included.
  RepoBuilder& listing();
  /// An empty marker that says: upstream has no such file.
  RepoBuilder& no_exist(const std::string& path);
  /// Later files go into that commit's snapshot; no ref is written.
  RepoBuilder& commit(const std::string& hex);

  /// "models--org--name"; all paths below are relative to the cache.
  const std::string& folder() const { return folder_; }
  const std::string& id() const { return id_; }
  const std::string& current_commit() const { return options_.commit; }
  std::string snapshot() const { return folder_ + "/snapshots/" + options_.commit; }
  std::string pointer(const std::string& path) const { return snapshot() + "/" + path; }
  /// Name alone, 40 or 64 hex digits. Throws when this repo has no such file.
  std::string blob_name(const std::string& path) const;
  std::string blob(const std::string& path) const { return folder_ + "/blobs/" + blob_name(path); }
  /// The payload in the hub-level store: "blobs/HH/<64 hex>".
  std::string payload(const std::string& path) const;
  bool has(const std::string& path) const { return files_.count(path) != 0; }

 private:
  struct File {
    std::string blob_name;
    std::string bytes;
    FileOptions options;
    std::string commit;
  };

  const File& known(const std::string& path) const;
  void store(const std::string& path, const File& file) const;

  std::string hub_;
  std::string id_;
  std::string folder_;
  RepoOptions options_;
  std::map<std::string, File> files_;
};

/// A cache in a temporary folder: `<folder>/hub`, with room beside it for a home and a manifest.
class CacheBuilder {
 public:
  CacheBuilder();

  /// A new repo folder with its ref; the snapshot folder comes with its first file.
  RepoBuilder& repo(const std::string& id, const RepoOptions& options = {});
  const std::vector<std::unique_ptr<RepoBuilder>>& repos() const { return repos_; }

  /// Absolute path of the cache (the `hub` directory).
  const std::string& path() const { return hub_; }
  /// Absolute path of something in it.
  std::string operator/(const std::string& relative) const { return hub_ + "/" + relative; }
  /// The folder around the cache, removed with it.
  const std::string& surroundings() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
  std::string hub_;
  std::vector<std::unique_ptr<RepoBuilder>> repos_;
};

/// "models--org--name" for ("model", "org/name").
std::string repo_folder_name(const std::string& type, const std::string& id);

}  // namespace hubward::test
