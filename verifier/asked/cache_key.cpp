#include "verifier/asked/cache_key.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <tuple>

namespace hubward {
namespace {

/// Of a shape that cannot change unless every key may change.
constexpr std::string_view kManifestForm = "hubward key, manifest 1\n";
constexpr std::string_view kLockForm = "hubward key, lock 1\n";

/// The entries in an order that does not depend on the text's.
template <class Entry>
std::vector<const Entry*> in_order(const std::vector<Entry>& entries) {
  std::vector<const Entry*> ordered;
  ordered.reserve(entries.size());
  for (const Entry& entry : entries) ordered.push_back(&entry);
  std::ranges::sort(ordered, [](const Entry* left, const Entry* right) {
    return std::tie(left->repo, left->revision) < std::tie(right->repo, right->revision);
  });
  return ordered;
}

/// A trailing slash means all below, as in the Hub's own `allow_patterns`.
std::string whole_glob(const std::string& glob) { return glob.ends_with('/') ? glob + "*" : glob; }

void add_sorted(std::string& text, std::string_view name, std::vector<std::string> values) {
  std::ranges::sort(values);
  values.erase(std::unique(values.begin(), values.end()), values.end());
  for (const std::string& value : values)
    fmt::format_to(std::back_inserter(text), "\t{}\t{}\n", name, value);
}

void add_globs(std::string& text, std::string_view name, const std::vector<std::string>& globs) {
  std::vector<std::string> whole;
  whole.reserve(globs.size());
  for (const std::string& glob : globs) whole.push_back(whole_glob(glob));
  add_sorted(text, name, std::move(whole));
}

}  // namespace

std::string CacheKey::text() const { return restore_keys().front() + hash; }

std::vector<std::string> CacheKey::restore_keys() const {
  return {fmt::format("{}-v{}-{}-", prefix, version, os)};
}

std::string_view runner_os() {
#if defined(__APPLE__)
  return "macOS";
#elif defined(_WIN32)
  return "Windows";
#else
  return "Linux";
#endif
}

std::string meaning_of(const Manifest& manifest) {
  std::string text(kManifestForm);
  for (const ManifestEntry* entry : in_order(manifest.entries)) {
    const auto profile = entry->effective_profile();
    fmt::format_to(std::back_inserter(text), "{}\t{}\t{}\t{}\n", entry->repo.qualified(),
                   entry->revision.text(), profile ? to_string(*profile) : "files",
                   entry->optional ? "optional" : "required");
    add_sorted(text, "gguf", entry->gguf);
    add_globs(text, "file", entry->files);
    add_globs(text, "not", entry->never);
  }
  return text;
}

std::string meaning_of(const LockFile& lock) {
  std::string text(kLockForm);
  for (const LockedRepo* repo : in_order(lock.repos)) {
    fmt::format_to(std::back_inserter(text), "{}\t{}\t{}\n", repo->repo.qualified(),
                   repo->revision.text(), repo->commit.hex());
    for (const LockedFile& file : repo->files)
      fmt::format_to(std::back_inserter(text), "\tfile\t{}\t{}\t{}\t{}\n", file.path, file.size,
                     file.oid.tagged(), file.sha256 ? file.sha256->hex() : "");
    add_sorted(text, "absent", repo->absent);
  }
  return text;
}

}  // namespace hubward
