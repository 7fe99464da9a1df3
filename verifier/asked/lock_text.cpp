#include "verifier/asked/lock_text.h"

#include "verifier/text/repo_path.h"
#include "verifier/text/show.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <tuple>

namespace hubward {
namespace {

/// A basic string of TOML 1.0. What a lock may hold has no control bytes, but this function does
/// not rely on it.
std::string toml_string(std::string_view text) {
  std::string out = "\"";
  for (const char byte : text) {
    const auto code = static_cast<unsigned char>(byte);
    if (byte == '"' || byte == '\\') {
      out += '\\';
      out += byte;
    } else if (code < 0x20 || code == 0x7f) {
      fmt::format_to(std::back_inserter(out), "\\u{:04X}", code);
    } else {
      out += byte;
    }
  }
  out += '"';
  return out;
}

auto order_of(const LockedRepo& repo) {
  return std::make_tuple(std::string_view(repo.repo.id()), to_string(repo.repo.type()),
                         std::string_view(repo.revision.text()));
}

void add_absent(const std::vector<std::string>& absent, std::string& out) {
  if (absent.empty()) return;
  out += "absent = [";
  for (std::size_t i = 0; i < absent.size(); ++i) {
    if (i != 0) out += ", ";
    out += toml_string(absent[i]);
  }
  out += "]\n";
}

void add_file(const LockedFile& file, std::string& out) {
  const auto to = std::back_inserter(out);
  fmt::format_to(to, "\n  [[repo.file]]\n  path = {}\n  size = {}\n  oid = \"{}\"\n",
                 toml_string(file.path), file.size, file.oid.tagged());
  if (file.sha256) fmt::format_to(to, "  sha256 = \"{}\"\n", file.sha256->hex());
}

void add_repo(const LockedRepo& repo, std::string& out) {
  fmt::format_to(std::back_inserter(out),
                 "\n[[repo]]\nid = {}\ntype = \"{}\"\nrevision = {}\ncommit = \"{}\"\n",
                 toml_string(repo.repo.id()), to_string(repo.repo.type()),
                 toml_string(repo.revision.text()), repo.commit.hex());
  add_absent(repo.absent, out);
  for (const LockedFile& file : repo.files) add_file(file, out);
}

}  // namespace

void sort_lock(LockFile& lock) {
  for (LockedRepo& repo : lock.repos) {
    std::ranges::sort(repo.files, {}, &LockedFile::path);
    std::ranges::sort(repo.absent);
  }
  std::ranges::sort(lock.repos, {}, order_of);
}

std::string render_lock_file(const LockFile& lock) {
  LockFile sorted = lock;
  sort_lock(sorted);
  std::string out = "version = 1\n";
  for (const LockedRepo& repo : sorted.repos) add_repo(repo, out);
  return out;
}

std::optional<std::string> fault_of_locked_path(std::string_view path) {
  if (!is_utf8(path)) return "is not UTF-8";
  return fault_of_listed_path(path);
}

}  // namespace hubward
