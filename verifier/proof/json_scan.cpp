#include "verifier/proof/json_scan.h"

#include "verifier/text/json_door.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace hubward {
namespace {

static_assert(kMaxJsonDepth <= 64, "a bit for each open container");

// Longer numbers exist, and their end is not looked at.
constexpr std::size_t kMaxWordKept = 64;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool belongs_to_a_word(char c) {
  return is_digit(c) || c == '-' || c == '+' || c == '.' || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z');
}

bool is_literal(std::string_view word) {
  constexpr auto kLiterals =
      std::to_array<std::string_view>({"true", "false", "null", "NaN", "Infinity", "-Infinity"});
  return std::ranges::find(kLiterals, word) != kLiterals.end();
}

bool is_number(std::string_view word) {
  if (word.starts_with('-')) word.remove_prefix(1);
  if (word.empty() || !is_digit(word.front())) return false;
  return std::ranges::all_of(word, [](char c) {
    return is_digit(c) || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E';
  });
}

}  // namespace

bool JsonScan::refuse(std::string why) {
  fault_ = std::move(why);
  return false;
}

bool JsonScan::take(std::string_view piece) {
  if (fault_) return false;
  for (const char c : piece) {
    const bool good = step(c);
    if (!good) {
      if (!fault_) fault_ = fmt::format("is not JSON: unexpected byte at {}", at_);
      return false;
    }
    ++at_;
  }
  return true;
}

bool JsonScan::step(char c) {
  if (state_ == State::text || state_ == State::escape) return in_text(c);
  if (state_ == State::word) {
    if (belongs_to_a_word(c)) {
      if (word_.size() < kMaxWordKept) word_.push_back(c);
      return true;
    }
    if (!end_word()) return false;
  }
  if (c == '\n') {
    (depth_ > 0 ? line_broke_in_value_ : line_broke_behind_value_) = true;
  }
  if (is_space(c)) return true;
  switch (state_) {
    case State::value: return begin_value(c);
    case State::value_or_end: return c == ']' ? close(c) : begin_value(c);
    case State::key_or_end:
      if (c == '}') return close(c);
      [[fallthrough]];
    case State::key:
      text_is_key_ = true;
      state_ = State::text;
      return c == '"';
    case State::colon: state_ = State::value; return c == ':';
    case State::behind_value: return behind_value(c);
    case State::text:
    case State::escape:
    case State::word: return false;
  }
  return false;
}

bool JsonScan::begin_value(char c) {
  if (c == '{' || c == '[') return open(c);
  if (c == '"') {
    text_is_key_ = false;
    state_ = State::text;
    return true;
  }
  if (!belongs_to_a_word(c)) return false;
  word_.assign(1, c);
  state_ = State::word;
  return true;
}

bool JsonScan::behind_value(char c) {
  if (depth_ == 0) {
    // Another value: JSON Lines have one a line.
    if (line_broke_in_value_ || !line_broke_behind_value_) return false;
    line_broke_behind_value_ = false;
    return begin_value(c);
  }
  if (c != ',') return close(c);
  state_ = in_object() ? State::key : State::value;
  return true;
}

bool JsonScan::open(char c) {
  if (depth_ == kMaxJsonDepth) {
    return refuse(fmt::format("is JSON nested deeper than {}", kMaxJsonDepth));
  }
  const std::uint64_t bit = std::uint64_t{1} << depth_;
  objects_ = c == '{' ? objects_ | bit : objects_ & ~bit;
  ++depth_;
  state_ = c == '{' ? State::key_or_end : State::value_or_end;
  return true;
}

bool JsonScan::close(char c) {
  if (depth_ == 0 || c != (in_object() ? '}' : ']')) return false;
  --depth_;
  end_value();
  return true;
}

bool JsonScan::in_text(char c) {
  if (hex_digits_left_ > 0) {
    --hex_digits_left_;
    return is_hex(c);
  }
  if (state_ == State::escape) {
    state_ = State::text;
    if (c == 'u') hex_digits_left_ = 4;
    return std::string_view("\"\\/bfnrtu").find(c) != std::string_view::npos;
  }
  if (c == '\\') {
    state_ = State::escape;
  } else if (c == '"' && text_is_key_) {
    state_ = State::colon;
  } else if (c == '"') {
    end_value();
  }
  return static_cast<unsigned char>(c) >= 0x20;
}

bool JsonScan::end_word() {
  if (!is_literal(word_) && !is_number(word_)) return false;
  end_value();
  return true;
}

void JsonScan::end_value() {
  state_ = State::behind_value;
  any_value_ = true;
}

std::optional<std::string> JsonScan::finish() {
  if (!fault_ && state_ == State::word && !end_word()) {
    fault_ = fmt::format("is not JSON: unexpected end at byte {}", at_);
  }
  if (!fault_ && (depth_ > 0 || state_ != State::behind_value)) {
    fault_ = any_value_ || depth_ > 0 || state_ != State::value
                 ? fmt::format("is not JSON: ends within a value, at byte {}", at_)
                 : "is not JSON: holds no value";
  }
  return fault_;
}

}  // namespace hubward
