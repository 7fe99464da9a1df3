// docs/man as it was when this was built.
#pragma once

#include <string_view>

namespace hubward {

/// The hand-written part of the page `hubward` or `hubward-verify`, in roff; empty where there is
/// none.
std::string_view man_prose(std::string_view page);

}  // namespace hubward
