// The survey of one repo folder, a method a place. Private to the room.
#pragma once

#include "verifier/cache/cache_model.h"
#include "verifier/cache/disk.h"
#include "verifier/cache/pointer.h"
#include "verifier/cache/survey.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

/// An open directory and where it stands.
struct OpenPlace {
  std::unique_ptr<Folder> folder;
  std::string path;  ///< relative to the cache root
  std::string real;  ///< absolute, no component a link
};

/// What opening a directory's name came to.
struct Entered {
  std::optional<OpenPlace> place;
  PathState state = PathState::sound;
  Oddity odd;
};

/// Opens the directory `name` of `parent`, or the directory that a link of that name leads to,
/// where the contract lets us (a repo folder, blobs, snapshots, refs, a commit's directory).
Entered enter(const Disk& disk, const SurveyRequest& request, const OpenPlace& parent,
              const NodeName& node);

/// The directory entries of `place`, kinds completed; nullopt and `why` when it cannot be read.
/// Looked at twice before that is said.
std::optional<std::vector<NodeName>> names_in(const OpenPlace& place, std::string& why);

/// Counts what a whole survey has seen, against SurveyRequest::max_entries. Shared by all who walk.
class EntryBudget {
 public:
  explicit EntryBudget(std::size_t max_entries) : left_(max_entries) {}
  /// False when there are not so many left; then none are, for anyone.
  bool take(std::size_t entries);

 private:
  std::atomic<std::size_t> left_;
};

/// Of a directory whose names are more than are left.
inline constexpr char kTooManyEntries[] = "more than 4,000,000 entries in the cache";

class RepoSurvey {
 public:
  /// All borrowed for the survey's life.
  RepoSurvey(const Disk& disk, const SurveyRequest& request, EntryBudget& budget, RepoFolder& repo);

  /// @param place  the opened repo folder
  void walk(const OpenPlace& place);

 private:
  void walk_blobs(const OpenPlace& place, const std::string& prefix);
  void add_blob_link(const OpenPlace& place, const std::string& name, Blob blob);
  void walk_refs(const OpenPlace& place, const std::string& prefix);
  void add_ref(const OpenPlace& place, const NodeName& node, const std::string& name);
  void walk_snapshots(const OpenPlace& place);
  void walk_snapshot(const OpenPlace& place, const std::string& prefix, Snapshot& snapshot);
  void add_linked_pointer(const OpenPlace& place, const NodeName& node, Pointer pointer,
                          Snapshot& snapshot);
  void add_plain_pointer(const OpenPlace& place, const NodeName& node, Pointer pointer,
                         Snapshot& snapshot);
  void walk_markers(const OpenPlace& place, const std::string& commit, const std::string& prefix);
  /// @param link   the path of the link in the place of a commit's markers
  /// @param inside what lies between it and `place`
  void walk_markers_behind(const std::string& link, const OpenPlace& place,
                           const std::string& commit, const std::string& inside, int depth);
  void walk_listings(const OpenPlace& place);
  void add_stray(const OpenPlace& place, const NodeName& node);
  /// Of a link where none belongs: says so and what it is, if its text is over-long or leads out.
  std::optional<PathState> note_hostile_link(const OpenPlace& place, const NodeName& node);
  void find_loops();

  /// Names of a place that are neither hostile nor litter; says what is hostile or unreadable
  /// itself.
  /// @param inside  where the place is in what a client joins to a path of its own (a snapshot,
  /// refs)
  std::vector<NodeName> judged_names(const OpenPlace& place, std::string_view inside);
  void note_odd(std::string path, PathState state, Oddity odd);
  /// nullopt after having noted why not.
  std::optional<OpenPlace> enter_inner(const OpenPlace& parent, const NodeName& node);
  /// Borrowed from `path`.
  std::string_view below_repo(std::string_view path) const;
  LinkTarget judge(const OpenPlace& place, std::string_view text) const;
  /// A directory of the shared store, as far as it can be entered.
  struct Store {
    std::optional<OpenPlace> place;
    bool is_hidden = false;
  };
  const Store& store_at(const std::string& path);
  void add_shared_blob(const std::string& payload, const std::string& link_text, Blob blob);
  bool winds_back(const std::string& start) const;
  std::uint32_t place_index(const std::string& real_folder);
  /// Once they are in order.
  void note_blob_names();
  /// kNone when there is none of that name.
  std::uint32_t blob_index(std::string_view name) const;

  const Disk& disk_;
  const SurveyRequest& request_;
  EntryBudget& budget_;
  RepoFolder& repo_;
  LinkGround ground_;
  std::vector<std::uint64_t> blob_beginnings_;  // of each blob's name (name_order.h)
  std::vector<std::string> blob_folders_;       // names of directories inside blobs/
  std::map<std::string, std::string>
      winding_;  // links that lead elsewhere in this repo: path -> path
  std::map<std::string, std::uint32_t> place_indexes_;
  std::map<std::string, Store> stores_;
  bool blobs_hidden_ = false;  // there is something named blobs, but it is not entered
};

/// Paths that differ from a sibling only by ASCII case, of one directory's names.
void add_collisions(const std::string& folder, const std::vector<NodeName>& names,
                    std::vector<std::string>& out);

/// A flat directory comes sorted; only nested ones need it.
template <class T, class Key>
void sort_unless_sorted(std::vector<T>& all, Key T::*key) {
  if (!std::ranges::is_sorted(all, {}, key)) std::ranges::sort(all, {}, key);
}

std::string joined(std::string_view folder, std::string_view name);

/// Whether a link's text is beyond the bound (disk.h).
inline bool is_over_long(const Error& error) { return error.kind == ErrorKind::bad_input; }

/// Of a link whose text could not be read.
inline PathState state_of_unread_link(const Error& error) {
  return is_over_long(error) ? PathState::hostile_name : PathState::unreadable;
}

/// The system's words for an error, or its own.
std::string reason_of(const Error& error);

}  // namespace hubward
