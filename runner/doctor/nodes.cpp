#include "runner/doctor/nodes.h"

#include "runner/mend/beneath.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <memory>

namespace hubward {

NodeReader nodes_of(const std::string& cache_path) {
  auto opened = open_own_folder(cache_path, Make::no);
  if (!opened) return [](const std::string&) { return std::optional<NodeFacts>(); };
  const auto root = std::make_shared<UniqueFd>(std::move(*opened));
  return [root](const std::string& path) -> std::optional<NodeFacts> {
    if (!stays_beneath(path)) return std::nullopt;
    const PathEnd end = path_end(path);
    const auto folder = open_beneath(root->get(), end.folder, Make::no);
    struct stat status = {};
    if (!folder || ::fstatat(folder->get(), end.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      return std::nullopt;
    }
    return NodeFacts{.is_file = S_ISREG(status.st_mode),
                     .size = static_cast<std::uint64_t>(status.st_size),
                     .mode = status.st_mode & 07777,
                     .owner = status.st_uid,
                     .changed = status.st_mtim.tv_sec};
  };
}

}  // namespace hubward
