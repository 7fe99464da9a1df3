// Any bytes, made safe for eyes and for JSON. A file name in a cache may hold a terminal escape, a
// right-to-left mark or half a UTF-8 sequence; none of them may reach a terminal or a report as it
// is.
#pragma once

#include <string>
#include <string_view>

namespace hubward {

/// For people: control bytes, DEL, C1 controls, invalid UTF-8, bidi and zero-width marks and line
/// separators become \xHH or \u{H…}, and so does the first mark of "##[", by which GitHub's runner
/// finds commands anywhere in a line (actions/runner, ActionCommand.cs); everything else stays.
/// @param max_bytes  of the input; what is beyond is cut and marked with "…"
std::string show(std::string_view bytes, std::size_t max_bytes = 4096);

/// A path as reports spell it: bytes that are not UTF-8 are \xHH, a backslash is \\ (reversible).
std::string report_path(std::string_view bytes);
/// The way back; nullopt-free: an escape that is none stands for itself.
std::string path_from_report(std::string_view text);

bool is_utf8(std::string_view bytes);

}  // namespace hubward
