// One program a door: HUBWARD_DOOR is its name. What a door throws ends the process, which is what
// libFuzzer looks for.
#include "tests/fuzz/door.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const hubward::fuzz::Door& door = hubward::fuzz::door(HUBWARD_DOOR);
  door.open({reinterpret_cast<const char*>(data), size});
  return 0;
}
