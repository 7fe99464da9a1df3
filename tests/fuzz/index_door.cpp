#include "tests/fuzz/door.h"
#include "tests/fuzz/promise.h"
#include "verifier/proof/weight_index.h"
#include "verifier/text/repo_path.h"

#include <algorithm>

namespace hubward::fuzz {

void open_index(std::string_view bytes) {
  const auto index = parse_weight_index(bytes);
  if (!index) {
    promise(index.error().kind == ErrorKind::bad_input, "an index that is none is bad input");
    promise(!index.error().what.empty(), "a refusal says why");
    return promise_safe_for_eyes(index.error().what, Lines::one);
  }
  promise(!index->shards.empty() || !index->hostile.empty(), "an index names a shard");
  for (const std::string& shard : index->shards) {
    promise(!fault_of_listed_path(shard), "a shard stays in its snapshot: " + shard);
  }
  for (const std::string& shard : index->hostile) {
    promise(fault_of_listed_path(shard).has_value(), "a hostile shard is one");
  }
  const bool distinct = std::ranges::adjacent_find(index->shards) == index->shards.end();
  promise(distinct && std::ranges::is_sorted(index->shards), "shards are sorted, each once");
}

}  // namespace hubward::fuzz
