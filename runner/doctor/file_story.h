// The story of one file, link by link: from the ref to the bytes, what each step says, what the
// bytes should be and are, who left them there, and what mends it.
#pragma once

#include "runner/doctor/target.h"
#include "runner/doctor/traces.h"
#include "verifier/report/mend.h"
#include "verifier/verify_way.h"
#include <hubward/digest.h>
#include <hubward/finding.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

/// Of a node itself, as lstat tells it.
struct NodeFacts {
  bool is_file = false;
  std::uint64_t size = 0;  ///< bytes
  unsigned mode = 0;       ///< permission bits
  std::uint32_t owner = 0;
  std::int64_t changed = 0;  ///< its content, seconds since 1970
};
/// @param path  from the cache root; no component is followed
using NodeReader = std::function<std::optional<NodeFacts>(const std::string& path)>;

struct StoryStep {
  std::string_view what;  ///< "folder", "ref", "snapshot", "link", "blob", "payload"
  std::string path;       ///< from the cache root, raw bytes
  bool is_good = true;
  std::string text;  ///< what it says, safe for eyes
};

struct FileStory {
  DoctorTarget target;
  std::string cache_path;  ///< absolute, raw bytes
  std::optional<CommitId> commit;
  std::vector<StoryStep> steps;
  std::optional<std::uint64_t> size;           ///< bytes that are there
  std::optional<std::uint64_t> expected_size;  ///< by lock or listing
  std::optional<Digest> expected;
  std::string_view expected_by;   ///< "lock", "listing", "name"; empty when nothing tells
  std::optional<Digest> actual;   ///< in the expected one's algorithm; else whichever was computed
  std::vector<Finding> findings;  ///< that concern this file, sorted
  std::vector<WriterGuess> writers;
  std::string advice;                ///< a sentence; empty when nothing is to be done
  std::string command;               ///< empty where none can be written
  Means means = Means::advice_only;  ///< what that command is
  int exit_code = 0;                 ///< 0, 1, 2
};

/// One entry that asks for the file, and for nothing else.
Manifest manifest_of(const DoctorTarget& target);

/// @param made  of manifest_of(target), at level content, with VerifyExtent::only_path
FileStory story_of(const DoctorTarget& target, const Verification& made, const NodeReader& node);

}  // namespace hubward
