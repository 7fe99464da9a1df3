#include "verifier/proof/tree_listing.h"

#include "verifier/proof/hasher.h"
#include "verifier/text/json_door.h"
#include "verifier/text/repo_path.h"
#include "verifier/text/show.h"

#include <fmt/core.h>

#include <algorithm>

namespace hubward {
namespace {

using FileOrFault = tl::expected<ListedFile, ListingFault>;

tl::unexpected<ListingFault> fault(std::string why, bool hostile = false) {
  return tl::unexpected(ListingFault{hostile, std::move(why)});
}

const std::string* text_member(const JsonValue& entry, std::string_view key) {
  const JsonValue* member = entry.find(key);
  return member == nullptr ? nullptr : member->string();
}

FileOrFault read_entry(const std::string& path, const JsonValue& entry) {
  if (const auto why = fault_of_listed_path(path)) {
    return fault("it lists " + show(path, 200) + ": " + *why, true);
  }
  const std::string named = "the entry of " + show(path, 200);
  const JsonValue* size = entry.find("size");
  const auto bytes = size == nullptr ? std::nullopt : size->unsigned_integer();
  if (!bytes) return fault(named + " has no size");
  const std::string* blob_id = text_member(entry, "blob_id");
  const auto git_id = blob_id == nullptr ? std::nullopt : Digest::from_hex(*blob_id);
  if (!git_id || git_id->algorithm() != DigestAlgorithm::git_sha1) {
    return fault(named + " has no git blob id");
  }
  ListedFile file{.path = path, .size = *bytes, .oid = *git_id};
  if (const JsonValue* xet = entry.find("xet_hash"); xet != nullptr && !xet->is_null()) {
    const std::string* hash = xet->string();
    if (hash == nullptr || hash->size() != 64 || !Digest::from_hex(*hash)) {
      return fault(named + " has a xet_hash that is not 64 hex digits");
    }
    file.xet_hash = *hash;
  }
  const JsonValue* sha256 = entry.find("lfs_sha256");
  if (sha256 == nullptr || sha256->is_null()) return file;
  const auto oid = sha256->string() == nullptr ? std::nullopt : Digest::from_hex(*sha256->string());
  const JsonValue* lfs_size = entry.find("lfs_size");
  if (!oid || oid->algorithm() != DigestAlgorithm::sha256 || lfs_size == nullptr ||
      lfs_size->unsigned_integer() != bytes) {
    return fault(named + " has an lfs_sha256 or lfs_size that does not fit");
  }
  if (digest_of(DigestAlgorithm::git_sha1, lfs_pointer_text(*oid, *bytes)) != *git_id) {
    return fault(named + " fails its own check: blob_id is not the git id of its LFS pointer");
  }
  file.oid = *oid;
  file.lfs = true;
  return file;
}

}  // namespace

const ListedFile* TreeListing::find(std::string_view path) const {
  const auto at = std::ranges::lower_bound(files, path, {}, &ListedFile::path);
  return at != files.end() && at->path == path ? &*at : nullptr;
}

tl::expected<TreeListing, ListingFault> parse_tree_listing(std::string_view json,
                                                           std::size_t max_files) {
  if (json.size() > kMaxListingBytes) return fault("it is larger than 64 MiB", true);
  const auto value = parse_json(json);
  if (!value) return fault(value.error().what, is_beyond_json_bounds(json));
  const JsonValue* version = value->find("format_version");
  if (version == nullptr || version->unsigned_integer() != 1) {
    return fault("its format_version is not 1");
  }
  const JsonValue* files = value->find("files");
  if (files == nullptr || files->object() == nullptr) return fault("it has no object \"files\"");
  if (files->object()->size() > max_files) {
    return fault(fmt::format("it lists more than {} files", max_files), true);
  }
  TreeListing listing;
  listing.files.reserve(files->object()->size());
  for (const auto& [path, entry] : *files->object()) {
    auto file = read_entry(path, entry);
    if (!file) return tl::unexpected(file.error());
    listing.files.push_back(std::move(*file));
  }
  std::ranges::sort(listing.files, {}, &ListedFile::path);
  return listing;
}

}  // namespace hubward
