// Text that was stored in place of data: a git-LFS pointer, a proxy's login page, an object store's
// XML, the Hub's JSON. A client that does not look at the HTTP status stores them under the right
// name (hf-hub 1.0, api; hub-cache-format 8.1 #5-#7).
//
// A repo may hold a file that merely looks so, a translation with a key "error" say: JSON counts
// only when nothing but an error body's own keys stand in it.
#include "verifier/proof/damage.h"
#include "verifier/text/json_door.h"
#include "verifier/text/show.h"

#include <algorithm>
#include <array>

namespace hubward {
namespace {

constexpr std::string_view kLfsVersion = "version https://git-lfs.github.com/spec/v1";
constexpr std::uint64_t kMaxPointerBytes = 1023;  // git-lfs, docs/spec.md: less than 1024 bytes
constexpr std::size_t kMaxLineShown = 120;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f'; }

std::string_view without_bom_and_space(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return text;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// @param prefix  in lower case
bool starts_with_any_case(std::string_view text, std::string_view prefix) {
  if (text.size() < prefix.size()) return false;
  return std::ranges::equal(text.substr(0, prefix.size()), prefix, {}, lower);
}

bool is_lfs_pointer(std::string_view head, std::uint64_t size) {
  if (size > kMaxPointerBytes || !head.starts_with(kLfsVersion)) return false;
  head.remove_prefix(kLfsVersion.size());
  return head.empty() || head.front() == '\n' || head.front() == '\r';
}

bool is_html(std::string_view text) {
  if (starts_with_any_case(text, "<!doctype html")) return true;
  if (!starts_with_any_case(text, "<html")) return false;
  return text.size() == 5 || is_space(text[5]) || text[5] == '>';
}

bool belongs_to_an_error_body(std::string_view key) {
  constexpr auto kKeys =
      std::to_array<std::string_view>({"error",       "errors",     "error_description",
                                       "error_type",  "error_code", "errorCode",
                                       "message",     "msg",        "statusCode",
                                       "status_code", "status",     "code",
                                       "type",        "title",      "detail",
                                       "details",     "reason",     "cause",
                                       "path",        "url",        "instance",
                                       "timestamp",   "requestId",  "request_id",
                                       "traceId",     "trace_id",   "documentation_url",
                                       "success",     "warnings",   "estimated_time"});
  return std::ranges::find(kKeys, key) != kKeys.end();
}

bool is_json_error(std::string_view text) {
  if (!text.starts_with('{')) return false;
  const auto parsed = parse_json(text);
  if (!parsed) return false;
  const JsonObject* object = parsed->object();
  if (object == nullptr) return false;
  for (const auto& member : *object) {
    if (!belongs_to_an_error_body(member.first)) return false;
  }
  if (parsed->find("error") != nullptr) return true;
  return parsed->find("message") != nullptr && parsed->find("statusCode") != nullptr;
}

}  // namespace

std::optional<Damage> error_page_kind(std::string_view head, std::uint64_t size) {
  if (is_lfs_pointer(head, size)) return Damage::lfs_pointer;
  const std::string_view text = without_bom_and_space(head);
  if (is_html(text)) return Damage::html;
  if (text.starts_with("<?xml") || text.starts_with("<Error>")) return Damage::xml;
  if (size > kMaxErrorBodyBytes || head.size() < size) return std::nullopt;
  if (is_json_error(text)) return Damage::json_error;
  return std::nullopt;
}

std::string first_line(std::string_view head) {
  const std::string_view text = without_bom_and_space(head);
  std::string_view line = text.substr(0, text.find_first_of("\r\n"));
  while (!line.empty() && is_space(line.back())) line.remove_suffix(1);
  return show(line, kMaxLineShown);
}

}  // namespace hubward
