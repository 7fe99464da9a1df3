// What the survey saw of a cache: names, kinds, sizes and link texts. No blob has been opened,
// nothing is judged as wrong yet but for what a path *is*: PathState, by the precedence of the
// contract (7.1), is decided once, here; the checks only translate it into findings.
//
// All paths are raw bytes. Those called `path` start at the cache root unless said otherwise.
#pragma once

#include "verifier/cache/disk.h"
#include "verifier/cache/name_arena.h"
#include <hubward/repo_id.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

/// What a path is, worst first; a path has one state.
enum class PathState : std::uint8_t {
  hostile_name,    ///< control bytes, "..\", drive or UNC prefix, beyond a bound
  special_file,    ///< FIFO, socket, device
  outside_folder,  ///< a link where a directory belongs, leading out of the cache: not entered
  linked_folder,   ///< the same, inside the cache or under an allowed root: entered
  escapes,         ///< a link whose text leads out of the cache
  loop,
  misdirected,   ///< a link that leads to no blob of this repo
  link_as_text,  ///< a plain file holding the text of a link
  hidden,        ///< leads into a folder that is not entered, which has a finding of its own
  dangling,      ///< a sound link text, but no blob (or shared payload)
  unreadable,
  sound,
};

/// The rare rest of a node that is not simply sound.
struct Oddity {
  std::string link_text;  ///< empty when it is no link
  std::string why;        ///< a few words, safe for eyes; may be empty
};

/// Bytes that can be hashed: a file in blobs/, a payload of the shared store behind a link in
/// blobs/, or a plain file in a snapshot.
/// Names and paths are borrowed from RepoFolder::names.
struct Blob {
  /// As in blobs/ ("…40 or 64 hex…", "W/abc"); empty for a plain file in a snapshot.
  std::string_view name;
  /// Where the bytes lie; for a link that is not followed, of the link itself.
  std::string_view path;
  PathState state = PathState::sound;
  bool shared = false;       ///< the bytes lie in the shared store
  std::uint32_t place = 0;   ///< into RepoFolder::places: the directory to open it from
  std::uint32_t serial = 0;  ///< below CacheModel::blob_count: its place in tables about all blobs
  bool sized = false;        ///< `identity` is known: a copy's, a payload's, or by sizes.h
  std::uint64_t listed_inode = 0;  ///< as its directory tells it; 0: unknown
  FileIdentity identity;
  std::unique_ptr<Oddity> odd;
};

/// Who looks at blobs in the order of pointers finds each far from the last one: he spares himself
/// the wait for memory by telling which one he looks at so many later.
inline constexpr std::size_t kFetchAhead = 8;
inline void fetch_ahead(const Blob& blob) {
  const auto* const bytes = reinterpret_cast<const char*>(&blob);
  for (std::size_t at = 0; at < sizeof(Blob); at += 64) __builtin_prefetch(bytes + at);
}

/// One path of a snapshot.
struct Pointer {
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

  std::string_view path;  ///< inside the snapshot; borrowed from RepoFolder::names
  PathState state = PathState::sound;
  bool plain = false;     ///< a plain file, no link
  bool absolute = false;  ///< an absolute link to this repo's own blob
  /// Into RepoFolder::blobs, or RepoFolder::copies when plain; kNone when it leads to none.
  std::uint32_t blob = kNone;
  std::unique_ptr<Oddity> odd;
};

struct Snapshot {
  std::string name;  ///< of the directory
  std::string path;
  PathState state = PathState::sound;  ///< outside_folder and unreadable ones have no pointers
  std::vector<Pointer> pointers;       ///< sorted by path
  std::vector<std::string> folders;    ///< inside the snapshot, also without any file
  std::vector<std::string> unreadable_folders;  ///< inside the snapshot; they hide what is below
};

/// From the cache root.
std::string path_of(const Snapshot& snapshot, const Pointer& pointer);

struct Ref {
  std::string name;  ///< "main", "refs/pr/1"
  std::string path;
  PathState state = PathState::sound;
  bool is_directory = false;  ///< empty directory, or a directory where this very ref was asked for
  std::string text;           ///< of at most kMaxRefBytes; empty when too_long or not sound
  bool too_long = false;
  std::string link_text;  ///< of a link, which no ref is
};
inline constexpr std::size_t kMaxRefBytes = 1024;

/// A `.no_exist` marker.
struct Marker {
  std::string commit;
  std::string file;  ///< the repo path it declares absent
  std::string path;
};

/// trees/<commit>.json as seen, unread.
struct ListingFile {
  std::string commit;
  std::string path;
  std::string real_folder;  ///< absolute, none of its components a link
  PathState state = PathState::sound;
  std::uint64_t size = 0;  ///< bytes
};

enum class LeftoverKind : std::uint8_t { partial, lock_file, unexpected };
struct Leftover {
  LeftoverKind kind;
  std::string path;
  std::uint64_t size = 0;  ///< bytes, 0 when not a plain file
};

/// A node that is none of the above and not as it should be: a linked or unreadable folder, a
/// special file, a hostile name, a link where none belongs.
struct OddNode {
  std::string path;
  PathState state;
  Oddity odd;
};

struct RepoFolder {
  RepoId repo;
  std::string path;  ///< the folder's name
  PathState state =
      PathState::sound;      ///< misdirected: something else than a directory stands there
  NameArena names;           ///< holds what blobs, copies and pointers are called
  std::vector<Blob> blobs;   ///< sorted by name
  std::vector<Blob> copies;  ///< plain files of snapshots
  /// Absolute directories of blobs and copies, none with a link in its path: `path` may lead
  /// through a linked folder, which no reader follows.
  std::vector<std::string> places;
  std::vector<Snapshot> snapshots;
  std::vector<Ref> refs;
  std::vector<Marker> markers;
  std::vector<ListingFile> listings;
  std::vector<Leftover> leftovers;
  std::vector<OddNode> odd_nodes;
  std::vector<std::string> colliding;  ///< paths that differ from a sibling only by ASCII case

  /// nullptr when there is none; borrowed.
  const Snapshot* snapshot(std::string_view name) const;
  const Ref* ref(std::string_view name) const;
  const ListingFile* listing(std::string_view commit) const;
  /// nullptr when the pointer leads to no bytes.
  const Blob* bytes_of(const Pointer& pointer) const;
};

struct CacheModel {
  bool exists = true;
  std::vector<RepoFolder> repos;    ///< sorted by path
  std::uint32_t blob_count = 0;     ///< blobs and copies of all repos
  std::vector<OddNode> odd_nodes;   ///< of the cache root
  std::vector<Leftover> leftovers;  ///< of the cache root
  std::vector<std::string> colliding;

  const RepoFolder* find(const RepoId& repo) const;
  /// A repo of the same model name under another owner (bert-base-uncased for
  /// google-bert/bert-base-uncased); empty when none. Known only for folders named in the cache
  /// root.
  std::string other_owner(const RepoId& repo) const;

  std::vector<std::string> root_names;  ///< all names of the cache root, for other_owner
};

inline constexpr std::size_t kMaxCacheEntries = 4'000'000;

}  // namespace hubward
