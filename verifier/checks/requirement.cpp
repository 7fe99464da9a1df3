#include "verifier/checks/requirement.h"

#include "verifier/text/glob.h"

#include <algorithm>
#include <set>

namespace hubward {
namespace {

bool any_glob_matches(const std::vector<std::string>& globs, std::string_view path) {
  return std::any_of(globs.begin(), globs.end(),
                     [&](const std::string& glob) { return glob_matches(glob, path); });
}

bool has(std::span<const std::string_view> sorted, std::string_view path) {
  return std::binary_search(sorted.begin(), sorted.end(), path);
}

std::string in_directory(std::string_view directory, std::string_view name) {
  std::string path(directory);
  if (!path.empty()) path += '/';
  path += name;
  return path;
}

/// A profile's meaning for a type: datasets, spaces and kernels have no tokenizer or weights to
/// pick.
bool wants_everything(const ManifestEntry& entry) {
  const auto profile = entry.effective_profile();
  return profile == Profile::all ||
         (profile == Profile::automatic && entry.repo.type() != RepoType::model);
}

/// Per directory, the first kind of weights that a listing has and no `not:` rules out; an index
/// counts where it is the only trace.
std::map<std::string, WeightKind, std::less<>> first_kinds(const ManifestEntry& entry,
                                                           const TreeListing& listing) {
  using Kinds = std::map<std::string, WeightKind, std::less<>>;
  const auto add = [](Kinds& kinds, std::string_view path, WeightKind kind) {
    const auto [at, is_new] = kinds.emplace(directory_of(path), kind);
    if (!is_new) at->second = std::min(at->second, kind);
  };
  Kinds by_files;
  Kinds by_index;
  for (const ListedFile& file : listing.files) {
    if (is_excluded(entry, file.path)) continue;
    if (const auto kind = weight_kind(file.path)) add(by_files, file.path, *kind);
    if (const auto kind = weight_index_kind(file.path)) add(by_index, file.path, *kind);
  }
  by_files.merge(by_index);
  return by_files;
}

/// The state of one kind of weights in one directory of a snapshot.
struct KindInDirectory {
  bool has_files = false;
  std::vector<Absent> missing;  ///< shards that an index names, parts of a split GGUF
  bool has_some_shard = false;
  bool has_whole_gguf = false;  ///< any one whole GGUF is a model, whatever lies beside it

  bool is_whole() const { return has_whole_gguf || (has_files && missing.empty()); }
};

using DirectoryKinds = std::map<WeightKind, KindInDirectory>;

void add_index(const ManifestEntry& entry, KindInDirectory& kind, std::string_view directory,
               const WeightIndex& index, std::span<const std::string_view> present) {
  for (const std::string& shard : index.shards) {
    std::string path = in_directory(directory, shard);
    if (is_excluded(entry, path)) continue;
    if (has(present, path)) {
      kind.has_some_shard = true;
    } else {
      kind.missing.push_back({.path = std::move(path), .named_by_index = true});
    }
  }
}

void add_weight_file(const ManifestEntry& entry, KindInDirectory& kind, std::string_view path,
                     std::span<const std::string_view> present) {
  kind.has_files = true;
  bool is_whole = weight_kind(path) == WeightKind::gguf;
  for (std::string& part : split_gguf_parts(path)) {
    if (has(present, part) || is_excluded(entry, part)) continue;
    is_whole = false;
    if (std::ranges::find(kind.missing, part, &Absent::path) == kind.missing.end()) {
      kind.missing.push_back({.path = std::move(part), .hint = "a part of a split GGUF file"});
    }
  }
  kind.has_some_shard = true;
  kind.has_whole_gguf = kind.has_whole_gguf || is_whole;
}

std::map<std::string, DirectoryKinds, std::less<>> kinds_by_directory(
    const ManifestEntry& entry, std::span<const std::string_view> present,
    const WeightIndexes& indexes) {
  std::map<std::string, DirectoryKinds, std::less<>> directories;
  for (const std::string_view path : present) {
    if (is_excluded(entry, path)) continue;
    const std::string directory(directory_of(path));
    if (const auto kind = weight_kind(path)) {
      add_weight_file(entry, directories[directory][*kind], path, present);
    } else if (const auto index_kind = weight_index_kind(path)) {
      const auto index = indexes.find(path);
      if (index == indexes.end()) continue;  // not sound: it does not count
      add_index(entry, directories[directory][*index_kind], directory, index->second, present);
    }
  }
  return directories;
}

/// One whole kind is enough; else the shards of the kind that was begun, or the first there is a
/// trace of.
void add_missing_shards(const DirectoryKinds& kinds, std::vector<Absent>& absent) {
  const KindInDirectory* begun = nullptr;
  for (const auto& [name, kind] : kinds) {
    if (kind.is_whole()) return;
    if (kind.missing.empty()) continue;
    if (begun == nullptr || (kind.has_some_shard && !begun->has_some_shard)) begun = &kind;
  }
  if (begun == nullptr) return;
  absent.insert(absent.end(), begun->missing.begin(), begun->missing.end());
}

/// The first kind of weights that no `not:` rules out; nullopt when all are.
std::optional<WeightKind> wanted_kind(const ManifestEntry& entry) {
  constexpr std::pair<WeightKind, std::string_view> kUsual[] = {
      {WeightKind::safetensors, "model.safetensors"},
      {WeightKind::pytorch, "pytorch_model.bin"},
      {WeightKind::gguf, "model.gguf"}};
  for (const auto& [kind, name] : kUsual) {
    if (!is_excluded(entry, name)) return kind;
  }
  return std::nullopt;
}

/// Said of a snapshot that has no tokenizer file; nothing where `not:` rules the usual ones out.
void add_tokenizer(const ManifestEntry& entry, std::vector<Absent>& absent) {
  for (const std::string_view name :
       {"tokenizer.json", "tokenizer.model", "vocab.json", "vocab.txt"}) {
    if (is_excluded(entry, name)) continue;
    absent.push_back({.path = std::string(name), .hint = "no tokenizer file is there"});
    return;
  }
}

void add_weights(const ManifestEntry& entry, std::span<const std::string_view> present,
                 const WeightIndexes& indexes, std::vector<Absent>& absent) {
  bool announced = false;
  bool has_tokenizer = false;
  bool has_weights = false;
  for (const std::string_view path : present) {
    if (is_excluded(entry, path)) continue;
    announced = announced || announces_weights(path);
    // A GGUF file carries its tokenizer and its configuration in its own header.
    has_tokenizer = has_tokenizer || is_tokenizer(path) || weight_kind(path) == WeightKind::gguf;
    has_weights = has_weights || weight_kind(path) || indexes.contains(path);
  }
  for (const auto& [directory, kinds] : kinds_by_directory(entry, present, indexes)) {
    add_missing_shards(kinds, absent);
  }
  if (announced && !has_weights) {
    if (const auto kind = wanted_kind(entry)) {
      absent.push_back({.path = std::string(pattern_of(*kind)),
                        .hint = "profile:tokenizer asks for no weights"});
    }
  } else if (!announced && !has_tokenizer) {
    add_tokenizer(entry, absent);
  }
}

void add_missing_parts(const ManifestEntry& entry, std::string_view path,
                       std::span<const std::string_view> present, std::set<std::string>& missing) {
  for (std::string& part : split_gguf_parts(path)) {
    if (!has(present, part) && !is_excluded(entry, part)) missing.insert(std::move(part));
  }
}

void add_named_files(const ManifestEntry& entry, std::span<const std::string_view> present,
                     std::vector<Absent>& absent) {
  std::set<std::string> missing;
  for (const std::string& path : entry.gguf) {
    if (!has(present, path)) missing.insert(path);
    add_missing_parts(entry, path, present, missing);
  }
  for (const std::string& glob : entry.files) {
    bool matched = false;
    for (const std::string_view path : present) {
      if (!glob_matches(glob, path)) continue;
      matched = true;
      if (!is_excluded(entry, path)) add_missing_parts(entry, path, present, missing);
    }
    if (!matched) missing.insert(glob);
  }
  for (const std::string& path : missing) {
    absent.push_back({.path = path, .hint = "the manifest asks for it"});
  }
}

}  // namespace

bool is_excluded(const ManifestEntry& entry, std::string_view path) {
  return any_glob_matches(entry.never, path);
}

std::vector<const ListedFile*> required_of(const ManifestEntry& entry, const TreeListing& listing) {
  const auto profile = entry.effective_profile();
  const bool everything = wants_everything(entry);
  const auto kinds = first_kinds(entry, listing);
  std::set<std::string> parts;  // of split GGUF files that are required by name
  for (const std::string& path : entry.gguf) {
    for (std::string& part : split_gguf_parts(path)) parts.insert(std::move(part));
  }
  const auto by_profile = [&](std::string_view path) {
    if (everything) return true;
    if (!profile) return false;
    if (is_configuration(path) || is_tokenizer(path)) return true;
    if (profile != Profile::automatic) return false;
    auto kind = weight_kind(path);
    if (!kind) kind = weight_index_kind(path);
    const auto first = kinds.find(directory_of(path));
    return kind && first != kinds.end() && first->second == *kind;
  };
  std::vector<const ListedFile*> required;
  for (const ListedFile& file : listing.files) {
    if (is_excluded(entry, file.path)) continue;
    const bool named = std::ranges::find(entry.gguf, file.path) != entry.gguf.end() ||
                       parts.contains(file.path) || any_glob_matches(entry.files, file.path);
    if (named || by_profile(file.path)) required.push_back(&file);
  }
  return required;
}

std::vector<Absent> absent_from_listing(const ManifestEntry& entry, const TreeListing& listing) {
  std::vector<std::string_view> listed;
  for (const ListedFile& file : listing.files) listed.push_back(file.path);
  std::vector<Absent> absent;
  add_named_files(entry, listed, absent);
  for (Absent& path : absent) {
    path.hint = "the manifest asks for it, but the lock or listing of this commit does not have it";
  }
  std::set<std::string> missing_parts;
  for (const ListedFile* file : required_of(entry, listing)) {
    add_missing_parts(entry, file->path, listed, missing_parts);
  }
  for (const std::string& part : missing_parts) {
    if (std::ranges::find(absent, part, &Absent::path) == absent.end()) {
      absent.push_back({.path = part, .hint = "a part of a split GGUF file"});
    }
  }
  return absent;
}

std::vector<Absent> absent_by_assumption(const ManifestEntry& entry,
                                         std::span<const std::string_view> present,
                                         const WeightIndexes& indexes) {
  std::vector<Absent> absent;
  add_named_files(entry, present, absent);
  const auto profile = entry.effective_profile();
  if (!profile || wants_everything(entry)) return absent;
  if (profile == Profile::automatic) {
    add_weights(entry, present, indexes, absent);
  } else if (std::none_of(present.begin(), present.end(), [&](std::string_view path) {
               return is_tokenizer(path) && !is_excluded(entry, path);
             })) {
    add_tokenizer(entry, absent);
  }
  return absent;
}

std::vector<Absent> absent_shards(const ManifestEntry& entry,
                                  std::span<const std::string_view> required,
                                  std::span<const std::string_view> present,
                                  const WeightIndexes& indexes) {
  std::vector<Absent> absent;
  for (const auto& [path, index] : indexes) {
    if (!has(required, path)) continue;
    for (const std::string& shard : index.shards) {
      std::string shard_path = in_directory(directory_of(path), shard);
      if (!has(present, shard_path) && !is_excluded(entry, shard_path)) {
        absent.push_back({.path = std::move(shard_path), .named_by_index = true});
      }
    }
  }
  return absent;
}

}  // namespace hubward
