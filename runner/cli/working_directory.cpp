#include "runner/cli/working_directory.h"

#include "verifier/text/show.h"

#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

namespace hubward {

Result<void> enter_folders(const CommandLine& line, Surroundings& surroundings) {
  if (const auto folders = line.flags.find(Flag::directory); folders != line.flags.end()) {
    for (const std::string& folder : folders->second) {
      if (::chdir(folder.c_str()) == 0) continue;
      const bool is_absent = errno == ENOENT || errno == ENOTDIR;
      return fail(is_absent ? ErrorKind::no_such_input : ErrorKind::io, "-C " + show(folder),
                  "cannot be entered", errno);
    }
  }
  const std::unique_ptr<char, decltype(&::free)> here(::getcwd(nullptr, 0), &::free);
  if (!here) {
    return fail(ErrorKind::io, "", "the working directory cannot be told", errno);
  }
  surroundings.working_directory = here.get();
  return {};
}

}  // namespace hubward
