#include "verifier/text/repo_path.h"

#include "verifier/text/show.h"

#include <fmt/format.h>

#include <algorithm>

namespace hubward {
namespace {

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7F;
}

/// A listed path stands in snapshots/<commit>/ of its repo folder.
constexpr std::size_t kFoldersAboveListed = 2;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// "C:" alone, "C:\x" and "C:/x" lead to a drive. "a:b" is a file name that some repos have, and
/// where it is a drive's path ("C:x" on Windows) it is one only as the first part.
bool names_a_drive(std::string_view part, bool is_first) {
  if (part.size() < 2 || !is_letter(part[0]) || part[1] != ':') return false;
  return is_first || part.size() == 2 || part[2] == '\\';
}

std::optional<std::string> fault_of_part(std::string_view part, bool is_first) {
  if (part.size() > kMaxNameBytes)
    return fmt::format("has a name of {} bytes, the most is {}", part.size(), kMaxNameBytes);
  if (part.find("..\\") != std::string_view::npos) return "holds \"..\\\"";
  if (names_a_drive(part, is_first)) return "starts like a drive";
  if (part.starts_with("\\\\")) return "starts like a network share";
  return std::nullopt;
}

std::optional<std::string> fault(std::string_view path, std::size_t folders_above) {
  if (path.size() > kMaxPathBytes)
    return fmt::format("has {} bytes, the most is {}", path.size(), kMaxPathBytes);
  const auto control = std::ranges::find_if(path, is_control);
  if (control != path.end())
    return fmt::format("holds the control byte {}", show(std::string_view(&*control, 1)));
  std::size_t depth = folders_above;
  bool is_first = true;
  for (std::string_view rest = path; !rest.empty();) {
    const std::string_view part = rest.substr(0, rest.find('/'));
    if (auto found = fault_of_part(part, is_first)) return found;
    is_first = false;
    ++depth;
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
  }
  if (depth > kMaxPathDepth) return fmt::format("is more than {} folders deep", kMaxPathDepth);
  return std::nullopt;
}

}  // namespace

std::optional<std::string> fault_of_seen_path(std::string_view path) { return fault(path, 0); }

bool is_ordinary_name(std::string_view name) {
  // Every name of a cache comes this way, and nearly all are: so without a branch for each byte.
  unsigned odd = 0;
  for (const char c : name) {
    odd |= static_cast<unsigned>(is_control(c)) | static_cast<unsigned>(c == '\\') |
           static_cast<unsigned>(c == ':');
  }
  return odd == 0 && name.size() <= kMaxNameBytes;
}

std::optional<std::string> fault_of_listed_path(std::string_view path) {
  if (path.empty()) return "is empty";
  if (path.front() == '/') return "is absolute";
  if (auto found = fault(path, kFoldersAboveListed)) return found;
  if (path.find('\\') != std::string_view::npos) return "holds a backslash";
  for (std::size_t start = 0; start <= path.size();) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    const std::string_view part = path.substr(start, end - start);
    if (part.empty()) return "has an empty part";
    if (part == "." || part == "..") return fmt::format("has a \"{}\" part", part);
    start = end + 1;
  }
  return std::nullopt;
}

}  // namespace hubward
