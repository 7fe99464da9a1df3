#include "verifier/text/json_door.h"

#include "tests/fuzz/door.h"
#include "tests/fuzz/promise.h"
#include "tests/support/memory_file.h"
#include "verifier/proof/file_header.h"
#include "verifier/proof/json_scan.h"

#include <string>

namespace hubward::fuzz {
namespace {

std::optional<std::string> scanned(std::string_view text, std::size_t cut) {
  JsonScan scan;
  scan.take(text.substr(0, cut));
  scan.take(text.substr(cut));
  return scan.finish();
}

// Any name of a cache may become a string of the report.
void open_writer(std::string_view bytes) {
  for (const JsonLayout layout : {JsonLayout::compact, JsonLayout::indented}) {
    JsonObject object;
    object.emplace_back("name", std::string(bytes));
    const std::string written = write_json(JsonValue(object), layout);
    promise_safe_for_eyes(written, Lines::many);
    const auto read = parse_json(written);
    promise(read && read->find("name") != nullptr, "what is written can be read");
  }
}

}  // namespace

void open_json(std::string_view bytes) {
  open_writer(bytes);
  const auto whole = scanned(bytes, bytes.size());
  for (const std::size_t cut : {std::size_t{0}, bytes.size() / 3, bytes.size() / 2}) {
    promise(scanned(bytes, cut) == whole, "where a text is cut changes nothing");
  }
  if (whole) promise_safe_for_eyes(*whole, Lines::one);
  const test::MemoryFile file{std::string(bytes)};
  const auto fault = content_fault(file, file.size(), "config.json");
  promise(fault.has_value(), "a file that can be read gives no error");
  if (*fault) promise_safe_for_eyes(**fault, Lines::one);

  const auto value = parse_json(bytes);
  if (!value) {
    promise(value.error().kind == ErrorKind::bad_input, "what is no JSON is bad input");
    return promise_safe_for_eyes(value.error().what, Lines::one);
  }
  promise(!whole, "what can be parsed is not called broken: " + whole.value_or(""));
  const std::string written = write_json(*value, JsonLayout::compact);
  const auto again = parse_json(written);
  promise(again.has_value(), "what is written can be read: " + written);
  promise(write_json(*again, JsonLayout::compact) == written, "what is read is what was written");
  const auto indented = parse_json(write_json(*value, JsonLayout::indented));
  promise(indented && write_json(*indented, JsonLayout::compact) == written,
          "a layout changes nothing");
}

}  // namespace hubward::fuzz
