#include "tests/fuzz/door.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

namespace hubward::fuzz {
namespace {

constexpr std::array kDoors = {
    Door{"manifest", open_manifest},
    Door{"config", open_config},
    Door{"lock", open_lock},
    Door{"glob", open_glob},
    Door{"listing", open_listing},
    Door{"index", open_index},
    Door{"safetensors", open_safetensors},
    Door{"gguf", open_gguf},
    Door{"ref", open_ref},
    Door{"path", open_path},
    Door{"json", open_json},
    Door{"journal", open_journal},
    Door{"hub_answer", open_hub_answer},
    Door{"dns", open_dns},
    Door{"sockaddr", open_sockaddr},
    Door{"lanes", open_lanes},
    Door{"shard", open_shard},
};

}  // namespace

std::span<const Door> doors() { return kDoors; }

const Door& door(std::string_view name) {
  const auto* const found = std::ranges::find(kDoors, name, &Door::name);
  if (found == kDoors.end()) throw std::invalid_argument("no door " + std::string(name));
  return *found;
}

}  // namespace hubward::fuzz
