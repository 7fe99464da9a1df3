#include "tests/fuzz/door.h"
#include "tests/fuzz/promise.h"
#include "verifier/proof/tree_listing.h"
#include "verifier/text/repo_path.h"

#include <algorithm>

namespace hubward::fuzz {

void open_listing(std::string_view bytes) {
  const auto listing = parse_tree_listing(bytes);
  if (!listing) {
    promise(!listing.error().why.empty(), "a refusal says why");
    return promise_safe_for_eyes(listing.error().why, Lines::one);
  }
  promise(std::ranges::is_sorted(listing->files, {}, &ListedFile::path), "files are sorted");
  for (const ListedFile& file : listing->files) {
    promise(!fault_of_listed_path(file.path), "a path stays in its snapshot: " + file.path);
    promise(listing->find(file.path) == &file, "a path stands once: " + file.path);
    promise(!file.lfs || file.oid.algorithm() == DigestAlgorithm::sha256,
            "an LFS file is told by the SHA-256 of its content");
    promise(file.xet_hash.empty() || file.xet_hash.size() == 64, "an xet hash has 64 digits");
  }
}

}  // namespace hubward::fuzz
