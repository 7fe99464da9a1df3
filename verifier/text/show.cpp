#include "verifier/text/show.h"

#include "verifier/text/utf8.h"

#include <fmt/format.h>

#include <iterator>

namespace hubward {
namespace {

void append_byte_escape(std::string& out, unsigned char byte) {
  fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string show(std::string_view bytes, std::size_t max_bytes) {
  std::string out;
  std::size_t taken = 0;
  while (!bytes.empty()) {
    const Utf8Step step = first_character(bytes);
    if (taken + step.size > max_bytes) return out + "…";
    taken += step.size;
    if (!step.valid || step.code < 0x20 || step.code == 0x7F || bytes.starts_with("##[")) {
      append_byte_escape(out, static_cast<unsigned char>(bytes.front()));
    } else if (is_unseen(step.code)) {
      fmt::format_to(std::back_inserter(out), "\\u{{{:x}}}", static_cast<unsigned>(step.code));
    } else {
      out.append(bytes.substr(0, step.size));
    }
    bytes.remove_prefix(step.size);
  }
  return out;
}

std::string report_path(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const Utf8Step step = first_character(bytes);
    if (!step.valid) {
      append_byte_escape(out, static_cast<unsigned char>(bytes.front()));
    } else if (bytes.front() == '\\') {
      out += "\\\\";
    } else {
      out.append(bytes.substr(0, step.size));
    }
    bytes.remove_prefix(step.size);
  }
  return out;
}

std::string path_from_report(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '\\') {
      out.push_back('\\');
      i += 1;
    } else if (text[i] == '\\' && i + 3 < text.size() && text[i + 1] == 'x' &&
               hex_value(text[i + 2]) >= 0 && hex_value(text[i + 3]) >= 0) {
      out.push_back(static_cast<char>(hex_value(text[i + 2]) * 16 + hex_value(text[i + 3])));
      i += 3;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const Utf8Step step = first_character(bytes);
    if (!step.valid) return false;
    bytes.remove_prefix(step.size);
  }
  return true;
}

}  // namespace hubward
