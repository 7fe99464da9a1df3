// *.safetensors.index.json and pytorch_model.bin.index.json: which shards make up the weights.
#pragma once

#include <hubward/result.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

struct WeightIndex {
  /// Distinct shard paths, sorted, relative to the index file's directory, judged safe.
  std::vector<std::string> shards;
  /// Shard names that may never be joined to a path (absolute, "..", control bytes …), as written.
  std::vector<std::string> hostile;
};

/// Largest accepted index, in bytes.
inline constexpr std::size_t kMaxIndexBytes = std::size_t{64} * 1024 * 1024;

/// Errors: bad_input with a `what` that says how the index contradicts itself (no JSON, no object
/// "weight_map", a value that is no string, an empty map). Pure.
Result<WeightIndex> parse_weight_index(std::string_view json);

/// How an index goes beyond the bounds within which one is read (bytes, nesting, values); nullopt:
/// it does not. For one that did not parse: it looks at every byte of the text. Pure.
/// @param text  what was kept of it; empty where its size forbade to
std::optional<std::string> beyond_index_bounds(std::uint64_t size, std::string_view text);

}  // namespace hubward
