#include "runner/launch/private_memory.h"

#include <sys/prctl.h>

namespace hubward {

PrivateMemory::PrivateMemory() noexcept : before_(::prctl(PR_GET_DUMPABLE)) {
  ::prctl(PR_SET_DUMPABLE, 0);
}

// 2, "readable by root only", can be read but not set.
PrivateMemory::~PrivateMemory() { ::prctl(PR_SET_DUMPABLE, before_ == 1 ? 1 : 0); }

}  // namespace hubward
