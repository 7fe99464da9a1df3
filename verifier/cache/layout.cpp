#include "verifier/cache/layout.h"

#include <algorithm>

namespace hubward {
namespace {

bool all_lower_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

constexpr RepoType kRepoTypes[] = {RepoType::model, RepoType::dataset, RepoType::space,
                                   RepoType::kernel};

}  // namespace

std::string folder_name(const RepoId& repo) {
  std::string name(plural(repo.type()));
  name += "--";
  for (const char c : repo.id()) {
    if (c == '/') {
      name += "--";
    } else {
      name += c;
    }
  }
  return name;
}

std::optional<RepoId> repo_of_folder(std::string_view name) {
  const std::size_t cut = name.find("--");
  if (cut == std::string_view::npos) return std::nullopt;
  std::string id;
  for (std::string_view rest = name.substr(cut + 2); !rest.empty();) {
    if (rest.starts_with("--")) {
      id += '/';
      rest.remove_prefix(2);
    } else {
      id += rest.front();
      rest.remove_prefix(1);
    }
  }
  for (const RepoType type : kRepoTypes) {
    if (plural(type) != name.substr(0, cut)) continue;
    auto repo = RepoId::parse(type, id);
    if (repo && folder_name(*repo) == name) return std::move(*repo);
  }
  return std::nullopt;
}

bool is_browser_litter(std::string_view name) {
  return name == ".DS_Store" || name == "Thumbs.db" || name == "desktop.ini";
}

bool is_harmless_in_root(std::string_view name) {
  return is_browser_litter(name) || name == ".locks" || name == "CACHEDIR.TAG" ||
         (name.starts_with("version") && name.ends_with(".txt"));
}

bool is_partial_name(std::string_view name) {
  if (name.ends_with(".incomplete") || name.ends_with(".part") || name.starts_with("tmp_")) {
    return true;
  }
  // ".<etag>.<8 hex>.new", ".old" and ".shared" of huggingface_hub >= 1.32, _shared_blobs.py.
  return name.starts_with('.') &&
         (name.ends_with(".shared") || name.ends_with(".new") || name.ends_with(".old"));
}

bool is_lock_name(std::string_view name) { return name.ends_with(".lock"); }

bool is_ref_temporary(std::string_view name) {
  constexpr std::string_view kSuffix = ".tmp";
  if (!name.ends_with(kSuffix)) return false;
  name.remove_suffix(kSuffix.size());
  return name.size() > 9 && name[name.size() - 9] == '.' &&
         all_lower_hex(name.substr(name.size() - 8));
}

std::string shared_payload_of(std::string_view link_text) {
  constexpr std::string_view kPrefix = "../../blobs/";
  if (link_text.size() != kPrefix.size() + 2 + 1 + 64 || !link_text.starts_with(kPrefix)) return {};
  const std::string_view tail = link_text.substr(kPrefix.size());
  const std::string_view hash = tail.substr(3);
  if (tail[2] != '/' || !all_lower_hex(hash) || tail.substr(0, 2) != hash.substr(0, 2)) return {};
  return "blobs/" + std::string(tail);
}

}  // namespace hubward
