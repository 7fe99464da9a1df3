#include "runner/cli/doctor_ground.h"

#include "runner/cli/text_file.h"
#include "runner/cli/tokens.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

namespace hubward {
namespace {

constexpr std::size_t kMaxSecretBytes = std::size_t{64} * 1024;
constexpr std::size_t kMaxLockFileBytes = std::size_t{32} * 1024 * 1024;
constexpr std::size_t kMaxEventBytes = std::size_t{16} * 1024 * 1024;
constexpr std::size_t kMaxWorkflowBytes = std::size_t{4} * 1024 * 1024;
constexpr std::size_t kMostNames = 4096;

std::vector<std::string> names_of(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code failure;
  std::filesystem::directory_iterator at(folder, failure);
  while (!failure && at != std::filesystem::directory_iterator() && names.size() < kMostNames) {
    names.push_back(at->path().filename().string());
    at.increment(failure);
  }
  std::ranges::sort(names);
  return names;
}

std::optional<std::string> text_of_file(const std::string& path, std::size_t max_bytes) {
  if (!is_file_there(path)) return std::nullopt;
  auto text = read_text_file(path, max_bytes);
  if (!text) return std::nullopt;
  return std::move(*text);
}

/// The nearest folder with a .git, else the folder itself.
std::string checkout_above(const std::string& folder) {
  for (std::string place = folder; place.size() > 1; place = folder_of(place)) {
    if (is_anything_there(beneath(place, ".git"))) return place;
  }
  return folder;
}

}  // namespace

SecretReader secret_reader() {
  return [](const std::string& path) -> std::optional<SecretFile> {
    auto text = text_of_file(path, kMaxSecretBytes);
    if (!text) return std::nullopt;
    struct stat status = {};
    const bool is_open = ::stat(path.c_str(), &status) == 0 && (status.st_mode & 0044) != 0;
    return SecretFile{std::move(*text), is_open};
  };
}

std::vector<UsedClient> used_clients_of(const Surroundings& surroundings) {
  const std::string& here = surroundings.working_directory;
  return used_clients([&](const std::string& folder) { return names_of(beneath(here, folder)); },
                      [&](const std::string& path) {
                        return text_of_file(beneath(here, path), kMaxLockFileBytes);
                      });
}

StoringAnswer storing_of_checkout(const Surroundings& surroundings, const std::string& cache) {
  const std::string checkout = checkout_above(surroundings.working_directory);
  const std::string folder = beneath(checkout, ".github/workflows");
  std::vector<Workflow> workflows;
  for (const std::string& name : names_of(folder)) {
    if (!name.ends_with(".yml") && !name.ends_with(".yaml")) continue;
    const auto text = text_of_file(beneath(folder, name), kMaxWorkflowBytes);
    if (text) workflows.push_back({".github/workflows/" + name, stored_paths_in(*text)});
  }
  const auto home = expand_user("~", location_request(surroundings));
  return storing_of(workflows, cache, checkout, home.value_or(""));
}

std::string event_text(const Surroundings& surroundings) {
  const auto path = surroundings.variables.find("GITHUB_EVENT_PATH");
  if (path == surroundings.variables.end() || path->second.empty()) return "";
  return text_of_file(path->second, kMaxEventBytes).value_or("");
}

bool is_folder_there(const std::string& path) {
  struct stat status = {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

}  // namespace hubward
