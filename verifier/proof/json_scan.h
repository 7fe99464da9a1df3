// Whether a text is whole JSON, in constant memory: for files that are not read, only judged.
//
// It is meant to find what was cut, overwritten or zeroed, not to teach: what Python's json module
// loads is let pass (NaN, a key that stands twice, half a surrogate), and so is a file of JSON
// Lines under the name *.json, as many datasets have.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hubward {

class JsonScan {
 public:
  /// Takes the next piece. False once the text is known to be none; more pieces change nothing.
  bool take(std::string_view piece);
  /// Why the text that ended here is no JSON; nullopt when it is.
  std::optional<std::string> finish();

 private:
  enum class State : std::uint8_t {
    value,         // a value must come
    value_or_end,  // behind '['
    key,           // a key must come, behind ',' in an object
    key_or_end,    // behind '{'
    colon,
    behind_value,  // ',' or the end of the container
    text,          // in a string
    escape,        // behind a backslash
    word,          // in a number or a literal
  };

  bool step(char c);
  bool begin_value(char c);
  bool behind_value(char c);
  bool open(char c);
  bool close(char c);
  bool in_text(char c);
  bool end_word();
  void end_value();
  bool refuse(std::string why);
  bool in_object() const { return depth_ > 0 && (objects_ >> (depth_ - 1) & 1) != 0; }

  State state_ = State::value;
  std::size_t depth_ = 0;
  std::uint64_t objects_ = 0;  // bit i: whether the container at depth i + 1 is an object
  bool text_is_key_ = false;
  unsigned hex_digits_left_ = 0;
  std::string word_;
  std::uint64_t at_ = 0;
  bool any_value_ = false;
  bool line_broke_in_value_ = false;  // then it is no file of JSON Lines
  bool line_broke_behind_value_ = false;
  std::optional<std::string> fault_;
};

}  // namespace hubward
