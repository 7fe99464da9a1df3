// What a file's own bytes say against it where no digest can speak. Here a false alarm is worse
// than silence: a Space may well hold an index.html and a dataset *.json of JSON Lines, so each
// rule asks first whether such a file is usual.
#include "verifier/proof/chunk_reader.h"
#include "verifier/proof/damage.h"
#include "verifier/proof/file_header.h"
#include "verifier/proof/json_scan.h"
#include "verifier/proof/weight_index.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace hubward {
namespace {

constexpr std::string_view kBom = "\xEF\xBB\xBF";

std::string lowercase(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

/// Files that are, or may begin with, HTML of their own.
bool may_be_html(std::string_view name) {
  constexpr auto kEndings = std::to_array<std::string_view>(
      {".html",   ".htm", ".xhtml", ".shtml",    ".mhtml", ".php", ".vue",
       ".svelte", ".md",  ".mdx",   ".markdown", ".jinja", ".j2",  ".tmpl",
       ".erb",    ".hbs", ".ejs",   ".svg",      ".xml",   ".warc"});
  return std::ranges::any_of(kEndings, [&](std::string_view e) { return name.ends_with(e); });
}

/// Behind the declaration stands the element that object stores name their errors by.
bool is_store_error(std::string_view head) {
  const std::size_t declaration = head.find("<?xml");
  if (declaration == std::string_view::npos) return true;  // then it begins with <Error>
  const std::size_t end = head.find("?>", declaration);
  if (end == std::string_view::npos) return false;
  head.remove_prefix(end + 2);
  const std::size_t element = head.find_first_not_of(" \t\r\n");
  return element != std::string_view::npos && head.substr(element).starts_with("<Error>");
}

std::optional<std::string> stored_text(std::string_view head, std::uint64_t size,
                                       std::string_view name) {
  const auto kind = error_page_kind(head, size);
  if (!kind) return std::nullopt;
  if (*kind == Damage::lfs_pointer) return "is a git-LFS pointer in place of the data";
  if (*kind == Damage::html && may_be_html(name)) return std::nullopt;
  if (*kind == Damage::xml && !is_store_error(head)) return std::nullopt;
  return fmt::format("is an error page that begins with \"{}\"", first_line(head));
}

Result<std::optional<std::string>> json_fault(const FileBytes& file, std::uint64_t size,
                                              std::string_view head) {
  // UTF-16 and UTF-32 begin with one of these; Python's json module reads them.
  if (head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF")) {
    return std::optional<std::string>();
  }
  JsonScan scan;
  ChunkReader reader(file, head.starts_with(kBom) ? kBom.size() : 0, size);
  for (;;) {
    HUBWARD_TRY(const std::span<const std::byte> chunk, reader.next());
    const std::string_view text(reinterpret_cast<const char*>(chunk.data()), chunk.size());
    if (text.empty() || !scan.take(text)) return scan.finish();
  }
}

Result<std::optional<std::string>> index_fault(const FileBytes& file, std::uint64_t size) {
  if (size > kMaxIndexBytes) {
    return std::optional(fmt::format("is a weight index of more than {} bytes", kMaxIndexBytes));
  }
  std::string text(static_cast<std::size_t>(size), '\0');
  HUBWARD_TRY(const std::size_t got, file.read_at(0, std::as_writable_bytes(std::span(text))));
  text.resize(got);
  const auto index = parse_weight_index(text);
  if (index) return std::optional<std::string>();
  return std::optional(index.error().what);
}

}  // namespace

Result<std::optional<HeaderAnswer>> read_container_header(const FileBytes& file,
                                                          std::uint64_t file_size) {
  std::array<std::byte, 9> start{};
  HUBWARD_TRY(const std::size_t got, file.read_at(0, start));
  const std::string_view text(reinterpret_cast<const char*>(start.data()), got);
  if (text.starts_with("GGUF")) {
    HUBWARD_TRY(const HeaderAnswer answer, read_gguf_header(file, file_size));
    return std::optional(answer);
  }
  // A length of at most 100,000,000 leaves the upper four bytes zero.
  const bool short_length =
      text.size() == start.size() && text.substr(4, 4) == std::string(4, '\0');
  if (!short_length || text[8] != '{') return std::optional<HeaderAnswer>();
  HUBWARD_TRY(const HeaderAnswer answer, read_safetensors_header(file, file_size));
  return std::optional(answer);
}

Result<std::optional<std::string>> content_fault(const FileBytes& file, std::uint64_t file_size,
                                                 std::string_view repo_path) {
  std::string head(static_cast<std::size_t>(std::min(file_size, kMaxErrorBodyBytes)), '\0');
  HUBWARD_TRY(const std::size_t got, file.read_at(0, std::as_writable_bytes(std::span(head))));
  head.resize(got);
  const std::string name = lowercase(repo_path);
  if (auto fault = stored_text(head, file_size, name)) return fault;

  if (name.ends_with(".safetensors")) {
    HUBWARD_TRY(HeaderAnswer header, read_safetensors_header(file, file_size));
    return std::move(header.fault);
  }
  if (name.ends_with(".gguf")) {
    HUBWARD_TRY(HeaderAnswer header, read_gguf_header(file, file_size));
    return std::move(header.fault);
  }
  if (name.ends_with(".safetensors.index.json") || name.ends_with(".bin.index.json")) {
    return index_fault(file, file_size);
  }
  if (name.ends_with(".json")) return json_fault(file, file_size, head);
  return std::optional<std::string>();
}

}  // namespace hubward
