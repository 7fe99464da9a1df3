#include "verifier/asked/search.h"

#include <fmt/format.h>

namespace hubward {
namespace {

std::string joined(std::string_view directory, std::string_view name) {
  if (directory.empty()) return std::string(name);
  return fmt::format("{}{}{}", directory, directory.ends_with('/') ? "" : "/", name);
}

}  // namespace

std::vector<std::string> manifest_places(std::string_view directory) {
  constexpr std::string_view kPlaces[] = {"test/model_manifest.txt", "spec/model_manifest.txt",
                                          "tests/model_manifest.txt", "model_manifest.txt",
                                          "config/model_manifest.txt"};
  std::vector<std::string> places;
  for (const std::string_view place : kPlaces) places.push_back(joined(directory, place));
  return places;
}

std::optional<std::string> lock_place(std::string_view manifest_path) {
  if (manifest_path == "-") return std::nullopt;
  const std::size_t name = manifest_path.rfind('/') + 1;  // npos + 1 is 0
  return fmt::format("{}model_manifest.lock.toml", manifest_path.substr(0, name));
}

std::vector<ConfigPlace> config_places(std::string_view working_directory) {
  std::vector<ConfigPlace> places;
  std::string_view directory = working_directory;
  while (directory.size() > 1 && directory.ends_with('/')) directory.remove_suffix(1);
  for (;;) {
    places.push_back(
        {.config = joined(directory, "hubward.toml"), .boundary = joined(directory, ".git")});
    const std::size_t slash = directory.rfind('/');
    if (slash == std::string_view::npos || directory.size() == 1) return places;
    directory = directory.substr(0, slash == 0 ? 1 : slash);
  }
}

}  // namespace hubward
