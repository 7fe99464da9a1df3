#include "verifier/text/xml.h"

#include "verifier/text/utf8.h"

#include <fmt/format.h>

#include <iterator>

namespace hubward {
namespace {

enum class Within : unsigned char { text, attribute };

std::string_view entity_of(char32_t code, Within within) {
  switch (code) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&apos;";
    case '\r': return "&#13;";
    case '\n': return within == Within::attribute ? "&#10;" : "";
    case '\t': return within == Within::attribute ? "&#9;" : "";
    default: return "";
  }
}

/// Beyond what the decoder refuses anyway.
bool is_no_character(char32_t code) {
  const bool is_space = code == '\t' || code == '\n' || code == '\r';
  return (code < 0x20 && !is_space) || code == 0xFFFE || code == 0xFFFF;
}

std::string escaped(std::string_view bytes, Within within) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const Utf8Step step = first_character(bytes);
    const std::string_view entity = entity_of(step.code, within);
    if (!step.valid || (step.size == 1 && is_no_character(step.code))) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}",
                     static_cast<unsigned char>(bytes.front()));
    } else if (is_no_character(step.code)) {
      fmt::format_to(std::back_inserter(out), "\\u{{{:x}}}", static_cast<unsigned>(step.code));
    } else if (!entity.empty()) {
      out += entity;
    } else {
      out += bytes.substr(0, step.size);
    }
    bytes.remove_prefix(step.size);
  }
  return out;
}

}  // namespace

std::string xml_text(std::string_view bytes) { return escaped(bytes, Within::text); }

std::string xml_attribute(std::string_view bytes) { return escaped(bytes, Within::attribute); }

}  // namespace hubward
