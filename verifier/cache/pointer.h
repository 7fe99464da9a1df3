// Where a link leads, by its text alone. The naive way, asking the file system, would follow a
// hostile link before judging it, and a link to a place that is gone would tell nothing: an escape
// and a wrong depth are wrong whether or not their target exists.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hubward {

enum class LinkFate : unsigned char {
  own_blob,     ///< this repo's blobs/NAME
  in_repo,      ///< elsewhere in this repo: a wrong depth, a directory, another snapshot
  other_place,  ///< in the cache, but not in this repo
  moved_cache,  ///< absolute, out of this cache, but its tail is this repo's blobs/NAME
  roundabout,   ///< in the cache by its text, or in a moved one, but goes down and up again: only
                ///< the disk can tell where
  escapes,      ///< out of the cache
};

/// Where a repo folder stands. Absolute paths, lexically normal, without a final slash.
struct LinkGround {
  std::vector<std::string> roots;  ///< the cache root as named and as resolved
  std::string repo_folder;         ///< the folder's name in the cache
  /// Where the repo folder's bytes really are: differs from root + name only behind a linked
  /// folder.
  std::string real_repo;
};

struct LinkTarget {
  LinkFate fate = LinkFate::escapes;
  bool absolute = false;
  std::string blob;  ///< the NAME when fate is own_blob
  std::string path;  ///< relative to the cache root when inside it
};

/// @param real_folder  the directory the link stands in, absolute, no component of which is a link
/// @param text         the link's own text; not empty
LinkTarget judge_link(const LinkGround& ground, std::string_view real_folder,
                      std::string_view text);

/// The NAME of the text that every client writes, "../" as often as the link's folder is deep in
/// its repo and then "blobs/NAME": that and no other way round is an own_blob without a further
/// look. Empty for every other text, which judge_link knows. Borrowed from `text`.
std::string_view usual_blob_name(const LinkGround& ground, std::string_view real_folder,
                                 std::string_view text);

/// Whether a plain file's content is the text of a pointer ("../../blobs/NAME", perhaps with a line
/// end or with backslashes): what git without symlink support or a zip leaves behind.
/// @param depth  how many parts its path in the repo has; then a text that leads beyond the repo's
///               folder is one, too, whatever it names there
bool is_link_text(std::string_view content, std::size_t depth = 0);

/// Whether a text goes up after it went down ("a/../b"). What "a/.." is depends on what "a" links
/// to, so the text alone cannot tell where it leads.
bool goes_back(std::string_view text);

/// Joins and removes ".", ".." and doubled slashes without asking any disk; ".." at "/" stays
/// there.
std::string lexically_joined(std::string_view absolute_folder, std::string_view text);

}  // namespace hubward
