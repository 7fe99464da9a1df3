// Descriptors 0, 1 and 2 may be closed when hubward starts (`hubward run … <&-`). The next file
// that is opened would then become standard output, and the report would be written into it, or be
// read by the command as its input.
#pragma once

namespace hubward {

/// Fills those of 0, 1, 2 that are closed with /dev/null, to be closed again by exec: the command
/// finds them as they were.
void plug_closed_streams() noexcept;

}  // namespace hubward
