#include "verifier/cache/real_folders.h"

#include <string_view>

namespace hubward {
namespace {

// Enough for neighbours, far below any limit on descriptors.
constexpr std::size_t kMaxOpen = 8;

}  // namespace

Result<const Folder*> RealFolders::at(const std::string& real) {
  if (const auto known = open_.find(real); known != open_.end()) return known->second.get();
  if (open_.size() >= kMaxOpen) open_.clear();
  const bool is_inside = real == root_ || real.starts_with(root_ + "/");
  const std::string_view below = std::string_view(real).substr(is_inside ? root_.size() : 0);
  auto folder = is_inside ? disk_.open_folder(below.empty() ? below : below.substr(1))
                          : disk_.open_allowed(real);
  if (!folder) return tl::unexpected(folder.error());
  return open_.emplace(real, std::move(*folder)).first->second.get();
}

}  // namespace hubward
