// A token that hubward has inherited lies in its memory. A core file, or a debugger of the same
// user, would carry it away.
#pragma once

namespace hubward {

/// While it lives, this process and those it forks leave no core and may not be traced; exec undoes
/// that for whoever comes after, so the command's own cores are as they were.
class PrivateMemory {
 public:
  PrivateMemory() noexcept;
  ~PrivateMemory();
  PrivateMemory(const PrivateMemory&) = delete;
  PrivateMemory& operator=(const PrivateMemory&) = delete;

 private:
  int before_;
};

}  // namespace hubward
