#include "verifier/text/glob.h"

#include "verifier/text/utf8.h"

#include <algorithm>
#include <optional>
#include <string>

namespace hubward {
namespace {

/// The characters of a "[…]" and where the pattern goes on after it.
struct CharacterSet {
  std::string_view members;
  bool complement = false;
  std::size_t end = 0;
};

/// The set that opens at `open`; nullopt when it is never closed and so stands for itself.
/// A "]" right behind "[" or "[!" is a member.
std::optional<CharacterSet> set_at(std::string_view pattern, std::size_t open) {
  CharacterSet set;
  std::size_t first = open + 1;
  if (first < pattern.size() && pattern[first] == '!') {
    set.complement = true;
    ++first;
  }
  const std::size_t close = pattern.find(']', first + 1);
  if (close == std::string_view::npos) return std::nullopt;
  set.members = pattern.substr(first, close - first);
  set.end = close + 1;
  return set;
}

/// Ranges as Python reads them: "a-c" spans, a "-" at either end is itself, an upside-down range is
/// empty.
bool contains(std::string_view members, char32_t wanted) {
  while (!members.empty()) {
    const Utf8Step low = first_character(members);
    members.remove_prefix(low.size);
    char32_t high = low.code;
    if (members.size() > 1 && members.front() == '-') {
      members.remove_prefix(1);
      const Utf8Step last = first_character(members);
      members.remove_prefix(last.size);
      high = last.code;
    }
    if (low.code <= wanted && wanted <= high) return true;
  }
  return false;
}

/// Walks pattern and path together. On a mismatch only the latest "*" takes one more character:
/// what an earlier one could do, the latest can do too, so nothing is tried twice over.
class Walk {
 public:
  Walk(std::string_view pattern, std::string_view path)
      : pattern_(pattern), path_(path), last_close_(pattern.rfind(']')) {}

  bool run() {
    while (path_at_ < path_.size()) {
      if (pattern_at_ < pattern_.size() && pattern_[pattern_at_] == '*') {
        star_ = ++pattern_at_;
        star_path_ = path_at_;
      } else if (!take_one() && !widen_star()) {
        return false;
      }
    }
    return pattern_.find_first_not_of('*', pattern_at_) == std::string_view::npos;
  }

 private:
  /// Matches one pattern item against one character; moves both on when it fits.
  bool take_one() {
    if (pattern_at_ == pattern_.size()) return false;
    const Utf8Step seen = first_character(path_.substr(path_at_));
    const Utf8Step item = first_character(pattern_.substr(pattern_at_));
    std::size_t next = pattern_at_ + item.size;
    bool fits = item.code == seen.code;
    if (item.code == '?') {
      fits = true;
    } else if (item.code == '[' && may_close()) {
      if (const auto set = set_at(pattern_, pattern_at_)) {
        fits = contains(set->members, seen.code) != set->complement;
        next = set->end;
      }
    }
    if (!fits) return false;
    pattern_at_ = next;
    path_at_ += seen.size;
    return true;
  }

  /// Without this look a pattern of unclosed brackets would be searched to its end for each of
  /// them.
  bool may_close() const {
    return last_close_ != std::string_view::npos && last_close_ > pattern_at_;
  }

  bool widen_star() {
    if (!star_) return false;
    star_path_ += first_character(path_.substr(star_path_)).size;
    path_at_ = star_path_;
    pattern_at_ = *star_;
    return true;
  }

  std::string_view pattern_;
  std::string_view path_;
  std::size_t last_close_;
  std::size_t pattern_at_ = 0;
  std::size_t path_at_ = 0;
  std::optional<std::size_t> star_;  // the pattern behind the latest "*"
  std::size_t star_path_ = 0;        // where that "*" stops taking characters
};

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view path) {
  if (pattern.ends_with('/')) return Walk(std::string(pattern) + "*", path).run();
  return Walk(pattern, path).run();
}

bool glob_is_literal(std::string_view pattern) {
  return pattern.find_first_of("*?[") == std::string_view::npos && !pattern.ends_with('/');
}

}  // namespace hubward
