#include "runner/fetch/listing_text.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace hubward {
namespace {

void add_unit(std::uint32_t unit, std::string& text) { text += fmt::format("\\u{:04x}", unit); }

/// Paths are UTF-8 here: JSON's own, and its door lets nothing else pass.
std::string json_string(std::string_view utf8) {
  std::string text = "\"";
  for (std::size_t at = 0; at < utf8.size();) {
    const auto first = static_cast<unsigned char>(utf8[at]);
    const std::size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    std::uint32_t point = size == 1 ? first : first & (0xffU >> (size + 1));
    for (std::size_t more = 1; more < size && at + more < utf8.size(); ++more) {
      point = (point << 6U) | (static_cast<unsigned char>(utf8[at + more]) & 0x3fU);
    }
    at += size;
    if (point == '"' || point == '\\') {
      text += '\\';
      text += static_cast<char>(point);
    } else if (point >= 0x20 && point < 0x7f) {
      text += static_cast<char>(point);
    } else if (point < 0x10000) {
      add_unit(point, text);
    } else {
      add_unit(0xd800U + ((point - 0x10000U) >> 10U), text);
      add_unit(0xdc00U + ((point - 0x10000U) & 0x3ffU), text);
    }
  }
  return text + "\"";
}

}  // namespace

std::optional<std::string> listing_text(std::span<const HubFile> files) {
  const auto has_id = [](const HubFile& file) { return file.blob_id.has_value(); };
  if (!std::ranges::all_of(files, has_id)) return std::nullopt;
  std::string text = "{\n \"format_version\": 1,\n \"files\": {";
  for (const HubFile& file : files) {
    const ListedFile& listed = file.listed;
    text += &file == files.data() ? "\n  " : ",\n  ";
    text += fmt::format("{}: {{\n   \"size\": {},\n   \"blob_id\": \"{}\"",
                        json_string(listed.path), listed.size, file.blob_id->hex());
    if (listed.lfs) {
      text += fmt::format(",\n   \"lfs_sha256\": \"{}\",\n   \"lfs_size\": {}", listed.oid.hex(),
                          listed.size);
    }
    if (!listed.xet_hash.empty())
      text += fmt::format(",\n   \"xet_hash\": \"{}\"", listed.xet_hash);
    text += "\n  }";
  }
  return text + (files.empty() ? "}\n}" : "\n }\n}");
}

}  // namespace hubward
