// Reads the texts that a user names: bounded, and from pipes too, for `--manifest <(…)` is a pipe;
// but not from a FIFO, which lies in a checkout as easily as a file and would be waited for.
#pragma once

#include <hubward/result.h>

#include <cstddef>
#include <string>

namespace hubward {

/// The whole file; "-" is standard input.
/// Errors: no_such_input; bad_input when it is larger than `max_bytes`, a directory
/// or a FIFO; io.
Result<std::string> read_text_file(const std::string& path, std::size_t max_bytes);

/// Whether there is something other than a directory at `path`, links followed.
bool is_file_there(const std::string& path);

/// Whether anything at all is at `path`.
bool is_anything_there(const std::string& path);

/// `path` as a person in `folder` would write it: without the folder when it lies beneath.
std::string seen_from(const std::string& path, const std::string& folder);

/// `path` itself when absolute, else beneath `folder`.
std::string beneath(const std::string& folder, const std::string& path);

/// The folder part of a path; "." when it has none.
std::string folder_of(const std::string& path);

}  // namespace hubward
