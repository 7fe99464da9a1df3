// An index maps each tensor's name to the shard it is in; only the set of shards matters here.
// Their names come from whoever wrote the repo, so each is judged before anything may be joined
// with it.
#include "verifier/proof/weight_index.h"

#include "verifier/text/json_door.h"
#include "verifier/text/repo_path.h"
#include "verifier/text/show.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

namespace hubward {
namespace {

tl::unexpected<Error> contradiction(std::string what) {
  return fail(ErrorKind::bad_input, "", std::move(what));
}

}  // namespace

Result<WeightIndex> parse_weight_index(std::string_view json) {
  if (json.size() > kMaxIndexBytes) {
    return contradiction(fmt::format("is a weight index of more than {} bytes", kMaxIndexBytes));
  }
  const auto parsed = parse_json(json);
  if (!parsed) return contradiction(fmt::format("is no weight index: {}", parsed.error().what));
  const JsonValue* map = parsed->find("weight_map");
  if (map == nullptr || map->object() == nullptr) {
    return contradiction("is no weight index: has no object \"weight_map\"");
  }
  if (map->object()->empty()) {
    return contradiction("is no weight index: its \"weight_map\" is empty");
  }
  std::set<std::string_view> names;  // into *parsed
  for (const auto& member : *map->object()) {
    const std::string* shard = member.second.string();
    if (shard == nullptr) {
      return contradiction(
          fmt::format("is no weight index: \"{}\" names no shard", show(member.first, 100)));
    }
    names.insert(*shard);
  }
  WeightIndex index;
  for (const std::string_view name : names) {
    (fault_of_listed_path(name) ? index.hostile : index.shards).emplace_back(name);
  }
  return index;
}

std::optional<std::string> beyond_index_bounds(std::uint64_t size, std::string_view text) {
  if (size > kMaxIndexBytes) return "the index is larger than 64 MiB, and is not read";
  if (!is_beyond_json_bounds(text)) return std::nullopt;
  return fmt::format("the index is nested deeper than {} or holds more than {} values",
                     kMaxJsonDepth, kMaxJsonValues);
}

}  // namespace hubward
