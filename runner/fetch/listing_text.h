// trees/<commit>.json byte for byte as huggingface_hub writes it: one space of indent, keys in the
// client's order, all beyond ASCII escaped, no final newline. Always the complete listing, for
// Python takes it in place of the Hub's own (hub-cache-format 2.7). Pure.
// Source: huggingface_hub 1.22-2.4, _tree_cache.py (write_tree_cache).
#pragma once

#include "runner/hub/answers.h"

#include <optional>
#include <span>
#include <string>

namespace hubward {

/// @param files  sorted by path
/// @return nullopt where one of them has no blob_id: nothing less than all of it may be written
std::optional<std::string> listing_text(std::span<const HubFile> files);

}  // namespace hubward
