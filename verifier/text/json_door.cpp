#include "verifier/text/json_door.h"

#include "verifier/text/show.h"
#include "verifier/text/utf8.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

namespace hubward {
namespace {

/// A key that stands twice, or nullptr. Sorting keeps a listing with a million keys cheap.
const std::string* repeated_key(const JsonObject& object) {
  std::vector<const std::string*> keys;
  keys.reserve(object.size());
  for (const auto& member : object) keys.push_back(&member.first);
  std::ranges::sort(keys, [](const auto* a, const auto* b) { return *a < *b; });
  const auto found =
      std::ranges::adjacent_find(keys, [](const auto* a, const auto* b) { return *a == *b; });
  return found == keys.end() ? nullptr : *found;
}

/// Builds the value from events. Containers that are still open stand on a stack of our own: the
/// text decides how deep it gets, so the machine's stack must not be it.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  Builder(std::size_t max_depth, std::size_t max_values)
      : max_depth_(max_depth), max_values_(max_values) {}

  bool null() override { return add(JsonValue()); }
  bool boolean(bool value) override { return add(JsonValue(JsonValue::Variant(value))); }
  bool number_integer(number_integer_t value) override {
    return add(JsonValue(JsonValue::Variant(std::int64_t{value})));
  }
  bool number_unsigned(number_unsigned_t value) override {
    return add(JsonValue(JsonValue::Variant(std::uint64_t{value})));
  }
  bool number_float(number_float_t value, const string_t& /*text*/) override {
    return add(JsonValue(JsonValue::Variant(double{value})));
  }
  bool string(string_t& value) override {
    return add(JsonValue(JsonValue::Variant(std::move(value))));
  }
  bool binary(binary_t& /*value*/) override { return false; }  // no text form has one

  bool start_object(std::size_t /*size*/) override { return open(JsonObject()); }
  bool start_array(std::size_t /*size*/) override { return open(JsonArray()); }
  bool end_array() override { return close(); }
  bool end_object() override {
    const JsonObject& object = std::get<JsonObject>(open_.back().container);
    if (const std::string* key = repeated_key(object))
      return refuse(fmt::format("key \"{}\" stands twice", show(*key, 100)));
    return close();
  }
  bool key(string_t& value) override {
    open_.back().key = std::move(value);
    return true;
  }
  bool parse_error(std::size_t position, const std::string& last_token,
                   const nlohmann::json::exception& /*error*/) override {
    return refuse(
        fmt::format("not JSON: unexpected \"{}\" at byte {}", show(last_token, 40), position));
  }

  JsonValue take() { return std::move(root_); }
  const std::string& fault() const { return fault_; }

 private:
  using Container = std::variant<JsonArray, JsonObject>;
  struct Open {
    Container container;
    std::string key;  // of the member that is being read
  };

  bool refuse(std::string what) {
    if (fault_.empty()) fault_ = std::move(what);
    return false;
  }

  bool add(JsonValue value) {
    if (++values_ > max_values_)
      return refuse(fmt::format("holds more than {} values", max_values_));
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (auto* array = std::get_if<JsonArray>(&open_.back().container)) {
      array->push_back(std::move(value));
    } else {
      std::get<JsonObject>(open_.back().container)
          .emplace_back(std::move(open_.back().key), std::move(value));
    }
    return true;
  }

  bool open(Container container) {
    if (open_.size() == max_depth_) return refuse(fmt::format("nested deeper than {}", max_depth_));
    open_.push_back(Open{.container = std::move(container), .key = {}});
    return true;
  }

  bool close() {
    Container container = std::move(open_.back().container);
    open_.pop_back();
    return add(std::visit(
        [](auto& value) { return JsonValue(JsonValue::Variant(std::move(value))); }, container));
  }

  std::size_t max_depth_;
  std::size_t max_values_;
  std::size_t values_ = 0;
  std::vector<Open> open_;
  JsonValue root_;
  std::string fault_;
};

/// Escapes what JSON demands and, beyond it, what a terminal would obey or an eye not see: a report
/// is read with `cat` too.
void append_string(std::string& out, std::string_view text) {
  out.push_back('"');
  while (!text.empty()) {
    const Utf8Step step = first_character(text);
    if (!step.valid) {
      append_utf8(out, 0xFFFD);
    } else if (step.code == '"' || step.code == '\\') {
      out.push_back('\\');
      out.push_back(text.front());
    } else if (step.code == '\n') {
      out += "\\n";
    } else if (step.code == '\t') {
      out += "\\t";
    } else if (step.code > 0xFFFF && is_unseen(step.code)) {
      const auto above = static_cast<unsigned>(step.code) - 0x10000u;
      fmt::format_to(std::back_inserter(out), "\\u{:04x}\\u{:04x}", 0xD800u + (above >> 10),
                     0xDC00u + (above & 0x3FFu));
    } else if (is_unseen(step.code)) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(step.code));
    } else {
      out.append(text.substr(0, step.size));
    }
    text.remove_prefix(step.size);
  }
  out.push_back('"');
}

class Writer {
 public:
  explicit Writer(JsonLayout layout) : layout_(layout) {}

  void write(const JsonValue& value) {
    std::visit([this](const auto& alternative) { write(alternative); }, value.variant());
  }
  std::string take() { return std::move(out_); }

 private:
  void write(std::nullptr_t) { out_ += "null"; }
  void write(bool value) { out_ += value ? "true" : "false"; }
  void write(std::int64_t value) { out_ += std::to_string(value); }
  void write(std::uint64_t value) { out_ += std::to_string(value); }
  void write(double value) {
    // JSON has no word for the others.
    out_ += std::isfinite(value) ? nlohmann::json(value).dump() : "null";
  }
  void write(const std::string& value) { append_string(out_, value); }

  void write(const JsonArray& array) {
    write_members('[', ']', array, [this](const JsonValue& item) { write(item); });
  }
  void write(const JsonObject& object) {
    write_members('{', '}', object, [this](const auto& member) {
      append_string(out_, member.first);
      out_ += layout_ == JsonLayout::indented ? ": " : ":";
      write(member.second);
    });
  }

  template <class Members, class WriteMember>
  void write_members(char opening, char closing, const Members& members, WriteMember write_member) {
    out_.push_back(opening);
    ++depth_;
    bool is_first = true;
    for (const auto& member : members) {
      if (!is_first) out_.push_back(',');
      is_first = false;
      start_line();
      write_member(member);
    }
    --depth_;
    if (!members.empty()) start_line();
    out_.push_back(closing);
  }

  void start_line() {
    if (layout_ == JsonLayout::compact) return;
    out_.push_back('\n');
    out_.append(depth_ * 2, ' ');
  }

  JsonLayout layout_;
  std::size_t depth_ = 0;
  std::string out_;
};

}  // namespace

std::optional<std::uint64_t> JsonValue::unsigned_integer() const {
  if (const auto* value = std::get_if<std::uint64_t>(&value_)) return *value;
  const auto* value = std::get_if<std::int64_t>(&value_);
  if (value != nullptr && *value >= 0) return static_cast<std::uint64_t>(*value);
  return std::nullopt;
}

const JsonValue* JsonValue::find(std::string_view key) const {
  const JsonObject* members = object();
  if (members == nullptr) return nullptr;
  const auto found =
      std::ranges::find_if(*members, [key](const auto& member) { return member.first == key; });
  return found == members->end() ? nullptr : &found->second;
}

bool is_beyond_json_bounds(std::string_view text, std::size_t max_depth, std::size_t max_values) {
  std::size_t depth = 0;
  std::size_t values = 1;  // each comma stands before one more, and so does a bracket with content
  bool is_just_open = false;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
      continue;
    }
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
    const bool closes = c == ']' || c == '}';
    if (c == ',' || (is_just_open && !closes)) ++values;
    if (values > max_values) return true;
    is_just_open = c == '[' || c == '{';
    if (is_just_open && ++depth > max_depth) return true;
    if (closes && depth > 0) --depth;
    in_string = c == '"';
  }
  return false;
}

Result<JsonValue> parse_json(std::string_view text, std::size_t max_depth, std::size_t max_values) {
  // The library skips a byte order mark; Python's json and the clients refuse it.
  if (text.starts_with("\xEF\xBB\xBF"))
    return fail(ErrorKind::bad_input, "", "not JSON: a byte order mark at byte 1");
  Builder builder(max_depth, max_values);
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder))
    return fail(ErrorKind::bad_input, "", builder.fault());
  // The library takes a NUL for the end, whatever stands behind it: half a file of zeros, say.
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos)
    return fail(ErrorKind::bad_input, "", fmt::format("not JSON: a NUL at byte {}", nul + 1));
  return builder.take();
}

std::string write_json(const JsonValue& value, JsonLayout layout) {
  Writer writer(layout);
  writer.write(value);
  return writer.take();
}

}  // namespace hubward
