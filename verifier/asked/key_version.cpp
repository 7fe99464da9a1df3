// The parser tells where a value begins; what is written there is then parsed again and held
// against what it was, so that a place misread is an error and never a changed setting.
#include "verifier/asked/key_version.h"

#include "verifier/asked/config.h"
#include "verifier/text/diagnostic.h"
#include "verifier/text/toml_door.h"
#include "verifier/text/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

namespace hubward {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kOfANumber =
    "0123456789abcdefABCDEF"
    "xo_+-";

/// Where a line begins; the text's size when it has no such line.
std::size_t line_at(std::string_view text, int line) {
  std::size_t at = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  for (; line > 1; --line) {
    const std::size_t end = text.find('\n', at);
    if (end == std::string_view::npos) return text.size();
    at = end + 1;
  }
  return at;
}

std::size_t offset_of(std::string_view text, Place place) {
  std::size_t at = line_at(text, place.line);
  for (int column = 1; column < place.column && at < text.size(); ++column)
    at += first_character(text.substr(at)).size;
  return at;
}

/// An edit of one place.
struct Edit {
  std::size_t at = 0;
  std::size_t removed = 0;
  std::string added;
};

class VersionEdit {
 public:
  VersionEdit(std::string_view text, int to)
      : text_(text), to_(to), line_end_(uses_crlf(text) ? "\r\n" : "\n") {}

  Edit in(const TomlTable& file) const {
    const auto key = std::ranges::find(file, "key", &TomlMember::key);
    const TomlTable* section = key == file.end() ? nullptr : key->value.as<TomlTable>();
    if (section == nullptr) return new_section();
    const auto version = std::ranges::find(*section, "version", &TomlMember::key);
    if (version != section->end()) return other_number(version->value.place);
    const std::size_t at = offset_of(text_, key->value.place);
    const char first = at < text_.size() ? text_[at] : '\0';
    if (first == '[') return line_below(at);
    if (first == '{') return {at + 1, 0, in_braces(section->empty())};
    const Place beside = section->empty() ? key->place : section->front().place;
    return {line_at(text_, beside.line), 0, fmt::format("key.version = {}{}", to_, line_end_)};
  }

 private:
  static bool uses_crlf(std::string_view text) {
    const std::size_t end = text.find('\n');
    return end != std::string_view::npos && end > 0 && text[end - 1] == '\r';
  }

  Edit other_number(Place place) const {
    const std::size_t at = offset_of(text_, place);
    const std::size_t end = std::min(text_.find_first_not_of(kOfANumber, at), text_.size());
    return {at, end - at, std::to_string(to_)};
  }

  Edit line_below(std::size_t header) const {
    const std::size_t end = text_.find('\n', header);
    if (end == std::string_view::npos)
      return {text_.size(), 0, fmt::format("{}version = {}{}", line_end_, to_, line_end_)};
    return {end + 1, 0, fmt::format("version = {}{}", to_, line_end_)};
  }

  std::string in_braces(bool alone) const {
    return fmt::format(" version = {}{}", to_, alone ? " " : ",");
  }

  Edit new_section() const {
    const bool has_text = text_.size() > (text_.starts_with(kByteOrderMark) ? 3U : 0U);
    std::string added;
    if (has_text && !text_.ends_with('\n')) added += line_end_;
    if (has_text) added += line_end_;
    fmt::format_to(std::back_inserter(added), "[key]{0}version = {1}{0}", line_end_, to_);
    return {text_.size(), 0, std::move(added)};
  }

  std::string_view text_;  // outlives this object
  int to_;
  std::string_view line_end_;
};

tl::unexpected<Error> refuse(const std::string& path, std::string what) {
  return fail(ErrorKind::bad_input, path, std::move(what));
}

}  // namespace

Result<RaisedVersion> raise_key_version(std::string_view text, const std::string& path) {
  HUBWARD_TRY(Config wanted, parse_config(text, path));
  if (wanted.key.version == std::numeric_limits<int>::max())
    return refuse(path, "[key] version is the highest there is; change [key] prefix instead");
  RaisedVersion raised{.text = std::string(text), .from = wanted.key.version, .to = 0};
  raised.to = ++wanted.key.version;

  HUBWARD_TRY(const TomlTable file, parse_toml(text, path));
  const Edit edit = VersionEdit(text, raised.to).in(file);
  raised.text.replace(edit.at, edit.removed, edit.added);
  const auto read_back = parse_config(raised.text, path);
  if (!read_back || !(*read_back == wanted))
    return refuse(path, fmt::format("[key] version cannot be changed where it stands; set it to {} "
                                    "by hand",
                                    raised.to));
  return raised;
}

}  // namespace hubward
