// What both container doors ask of a header's answer.
#pragma once

#include "verifier/proof/file_header.h"

#include <functional>
#include <string_view>

namespace hubward::fuzz {

using ReadHeader = std::function<Result<HeaderAnswer>(const FileBytes& file, std::uint64_t size)>;

/// Reads `bytes` as a whole file, as one with a byte more, and as one that was cut to half.
/// @param name  of such a file, for content_fault
void promise_header(const ReadHeader& read, std::string_view bytes, std::string_view name);

}  // namespace hubward::fuzz
