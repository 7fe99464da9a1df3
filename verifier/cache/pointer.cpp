#include "verifier/cache/pointer.h"

#include <algorithm>
#include <optional>

namespace hubward {
namespace {

/// The part of `path` below `folder`; nullopt when it is not below it. Equal paths give "".
std::optional<std::string_view> below(std::string_view path, std::string_view folder) {
  if (!path.starts_with(folder)) return std::nullopt;
  path.remove_prefix(folder.size());
  if (path.empty()) return path;
  if (path.front() != '/') return std::nullopt;
  return path.substr(1);
}

constexpr std::string_view kBlobs = "blobs/";

/// A final slash asks the system for a directory, which no blob is.
bool asks_for_a_directory(std::string_view text) {
  return text.ends_with('/') || text.ends_with("/.");
}

/// A relative text that climbs out of the cache and names it again from there: in a copy of the
/// cache under another name it would lead elsewhere.
bool leaves_cache(const LinkGround& ground, std::string_view real_folder, std::string_view text) {
  const auto inside = below(real_folder, ground.real_repo);
  if (text.starts_with('/') || !inside) return false;
  const auto depth = inside->empty() ? 0 : std::ranges::count(*inside, '/') + 1;
  std::ptrdiff_t climbed = 0;
  while (!text.empty()) {
    const std::size_t slash = text.find('/');
    if (text.substr(0, slash) == "..") ++climbed;
    text = slash == std::string_view::npos ? std::string_view() : text.substr(slash + 1);
  }
  return climbed > depth + 1;  // the repo folder stands in the cache itself
}

LinkTarget judge_by_text(const LinkGround& ground, std::string_view real_folder,
                         std::string_view text) {
  LinkTarget target;
  target.absolute = text.starts_with('/');
  const std::string leads_to = lexically_joined(real_folder, text);

  std::optional<std::string_view> in_repo = below(leads_to, ground.real_repo);
  for (const std::string& root : ground.roots) {
    if (in_repo) break;
    in_repo = below(leads_to, root + "/" + ground.repo_folder);
  }
  if (in_repo) {
    target.path = ground.repo_folder + (in_repo->empty() ? "" : "/") + std::string(*in_repo);
    if (in_repo->starts_with(kBlobs)) {
      target.fate = LinkFate::own_blob;
      target.blob = in_repo->substr(kBlobs.size());
    } else {
      target.fate = LinkFate::in_repo;
    }
    return target;
  }
  for (const std::string& root : ground.roots) {
    if (const auto in_cache = below(leads_to, root)) {
      target.fate = LinkFate::other_place;
      target.path = *in_cache;
      return target;
    }
  }
  const std::string tail = "/" + ground.repo_folder + "/blobs/";
  const std::size_t at = leads_to.rfind(tail);
  const bool is_moved = target.absolute && at != std::string::npos &&
                        leads_to.find('/', at + tail.size()) == std::string::npos &&
                        at + tail.size() < leads_to.size();
  target.fate = is_moved ? LinkFate::moved_cache : LinkFate::escapes;
  return target;
}

bool is_one_word(std::string_view text) {
  return !text.empty() && std::ranges::none_of(text, [](char c) {
    return c == ' ' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
}

}  // namespace

bool goes_back(std::string_view text) {
  bool went_down = false;
  while (!text.empty()) {
    const std::size_t slash = text.find('/');
    const std::string_view part = text.substr(0, slash);
    text = slash == std::string_view::npos ? std::string_view() : text.substr(slash + 1);
    if (part == ".." && went_down) return true;
    went_down = went_down || (!part.empty() && part != "." && part != "..");
  }
  return false;
}

std::string lexically_joined(std::string_view absolute_folder, std::string_view text) {
  std::string out = text.starts_with('/') ? std::string() : std::string(absolute_folder);
  while (!text.empty()) {
    const std::size_t slash = text.find('/');
    const std::string_view part = text.substr(0, slash);
    text = slash == std::string_view::npos ? std::string_view() : text.substr(slash + 1);
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      const std::size_t parent = out.rfind('/');
      out.resize(parent == std::string::npos ? 0 : parent);
    } else {
      out += '/';
      out += part;
    }
  }
  return out.empty() ? "/" : out;
}

LinkTarget judge_link(const LinkGround& ground, std::string_view real_folder,
                      std::string_view text) {
  LinkTarget target = judge_by_text(ground, real_folder, text);
  const bool ends_in_repo = target.fate == LinkFate::own_blob || target.fate == LinkFate::in_repo;
  if (ends_in_repo && leaves_cache(ground, real_folder, text)) target.fate = LinkFate::other_place;
  const bool is_uncertain = goes_back(text) || asks_for_a_directory(text);
  if (is_uncertain && target.fate != LinkFate::escapes) target.fate = LinkFate::roundabout;
  return target;
}

std::string_view usual_blob_name(const LinkGround& ground, std::string_view real_folder,
                                 std::string_view text) {
  const auto inside = below(real_folder, ground.real_repo);
  if (!inside || inside->empty()) return {};
  for (auto depth = std::ranges::count(*inside, '/') + 1; depth > 0; --depth) {
    if (!text.starts_with("../")) return {};
    text.remove_prefix(3);
  }
  if (!text.starts_with(kBlobs)) return {};
  text.remove_prefix(kBlobs.size());
  const bool is_a_name = text != "." && text != ".." && text.find('/') == std::string_view::npos;
  return is_a_name ? text : std::string_view();
}

bool is_link_text(std::string_view content, std::size_t depth) {
  while (!content.empty() && (content.back() == '\n' || content.back() == '\r')) {
    content.remove_suffix(1);
  }
  std::string text(content);
  std::replace(text.begin(), text.end(), '\\', '/');
  std::string_view rest = text;
  if (rest.starts_with('/')) {
    // An absolute link, stored as text by the same tools.
    const std::size_t at = rest.rfind("/blobs/");
    if (at == std::string_view::npos) return false;
    rest = rest.substr(at + 1);
  } else {
    if (!rest.starts_with("../")) return false;
    std::size_t climbed = 0;
    for (; rest.starts_with("../"); ++climbed) rest.remove_prefix(3);
    // No file of a repo has a reason to name what lies beyond the repo's folder.
    if (depth > 0 && climbed > depth + 1) return is_one_word(rest);
  }
  if (!rest.starts_with(kBlobs)) return false;
  rest.remove_prefix(kBlobs.size());
  return is_one_word(rest) && rest.size() <= 255 && rest.find('/') == std::string_view::npos;
}

}  // namespace hubward
