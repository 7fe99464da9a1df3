// The Hub's own allow_patterns: Python's fnmatch, where '*' and '?' cross '/'.
// Source: huggingface_hub 1.x, utils/_paths.py (filter_repo_objects; a trailing "/" gains "*").
#pragma once

#include <string_view>

namespace hubward {

/// Case-sensitive. `*` any run, `?` one character (a UTF-8 sequence), `[…]` a set with ranges,
/// `[!…]` its complement; an unclosed `[` stands for itself; a trailing `/` means all below. Linear
/// in both lengths but for backtracking over the last `*` (no exponential blow-up).
bool glob_matches(std::string_view pattern, std::string_view path);

/// Whether the pattern holds none of * ? [ and does not end in '/': then it names one path.
bool glob_is_literal(std::string_view pattern);

}  // namespace hubward
