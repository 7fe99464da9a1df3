#include "verifier/cache/cache_model.h"

#include "verifier/cache/layout.h"

#include <algorithm>

namespace hubward {
namespace {

template <class T, class Key>
const T* find_by(const std::vector<T>& all, Key T::*key, std::string_view wanted) {
  const auto at = std::ranges::find(all, wanted, key);
  return at == all.end() ? nullptr : &*at;
}

}  // namespace

std::string path_of(const Snapshot& snapshot, const Pointer& pointer) {
  return std::string(snapshot.path).append("/").append(pointer.path);
}

const Snapshot* RepoFolder::snapshot(std::string_view name) const {
  return find_by(snapshots, &Snapshot::name, name);
}

const Ref* RepoFolder::ref(std::string_view name) const { return find_by(refs, &Ref::name, name); }

const ListingFile* RepoFolder::listing(std::string_view commit) const {
  return find_by(listings, &ListingFile::commit, commit);
}

const Blob* RepoFolder::bytes_of(const Pointer& pointer) const {
  if (pointer.blob == Pointer::kNone) return nullptr;
  return pointer.plain ? &copies[pointer.blob] : &blobs[pointer.blob];
}

const RepoFolder* CacheModel::find(const RepoId& repo) const {
  return find_by(repos, &RepoFolder::path, folder_name(repo));
}

std::string CacheModel::other_owner(const RepoId& repo) const {
  for (const std::string& name : root_names) {
    const auto other = repo_of_folder(name);
    if (other && *other != repo && other->type() == repo.type() && other->name() == repo.name()) {
      return other->manifest_spelling();
    }
  }
  return {};
}

}  // namespace hubward
