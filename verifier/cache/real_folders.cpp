#include "verifier/cache/real_folders.h"

#include <string_view>

namespace hubward {

Result<std::shared_ptr<const Folder>> RealFolders::at(const std::string& real) {
  if (last_path_ != nullptr && *last_path_ == real) return last_;
  auto known = open_.find(real);
  if (known == open_.end()) {
    if (open_.size() >= kMostOpen) forget_all();
    auto folder = open(real);
    if (!folder && lacks_descriptors(folder.error()) && !open_.empty()) {
      forget_all();
      folder = open(real);
    }
    if (!folder) return tl::unexpected(folder.error());
    known = open_.emplace(real, std::move(*folder)).first;
  }
  last_path_ = &known->first;
  last_ = known->second;
  return last_;
}

void RealFolders::forget(const std::string& real) {
  last_path_ = nullptr;
  last_.reset();
  open_.erase(real);
}

void RealFolders::forget_all() {
  last_path_ = nullptr;
  last_.reset();
  open_.clear();
}

Result<std::unique_ptr<Folder>> RealFolders::open(const std::string& real) const {
  const bool is_inside = real == root_ || real.starts_with(root_ + "/");
  const std::string_view below = std::string_view(real).substr(is_inside ? root_.size() : 0);
  if (!is_inside) return disk_.open_allowed(real);
  return disk_.open_folder(below.empty() ? below : below.substr(1));
}

}  // namespace hubward
