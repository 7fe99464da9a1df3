#include "runner/doctor/stray_places.h"

#include <algorithm>

namespace hubward {

std::vector<StrayPlace> stray_places(const std::string& working_directory, const std::string& cache,
                                     std::span<const ClientPlace> places,
                                     const std::function<bool(const std::string&)>& is_folder) {
  std::vector<StrayPlace> strays;
  const auto is_used = [&](const std::string& path) {
    return path == cache || std::ranges::any_of(places, [&](const ClientPlace& place) {
             return place.cache == path;
           });
  };
  const auto look = [&](const std::string& path, const char* why) {
    if (is_folder(path) && !is_used(path)) strays.push_back({path, why});
  };
  const std::string here = working_directory == "/" ? "" : working_directory;
  look(here + "/~", "a client that expands no `~` has made it: write the path out");
  look(here + "/.cache/huggingface/hub",
       "a client without a home, or an hf-hub of 2026 before 1.0, has made it");
  look(cache + "/hub", "HF_HOME was set to the cache itself: clients add `hub` to it");
  look(cache + "/huggingface/hub",
       "XDG_CACHE_HOME was set to the cache itself: clients add `huggingface/hub` to it");
  return strays;
}

}  // namespace hubward
