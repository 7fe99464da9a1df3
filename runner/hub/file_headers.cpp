#include "runner/hub/file_headers.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

namespace hubward {
namespace {

constexpr std::size_t kMostEtagBytes = 256;

/// RFC 9110: any visible byte but the quote.
bool is_etag_byte(char letter) {
  const auto byte = static_cast<unsigned char>(letter);
  return byte == 0x21 || (byte >= 0x23 && byte != 0x7f);
}

std::optional<std::uint64_t> number_in(const std::string& text) {
  std::uint64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::string strong_etag(const Headers& headers) {
  const std::string* etag = headers.find("ETag");
  if (etag == nullptr || etag->size() < 2 || etag->size() > kMostEtagBytes) return "";
  const std::string_view inner(etag->data() + 1, etag->size() - 2);
  const bool is_sound =
      etag->front() == '"' && etag->back() == '"' && std::ranges::all_of(inner, is_etag_byte);
  return is_sound ? *etag : "";
}

std::string plain_etag(std::string_view etag) {
  while (!etag.empty() && (etag.front() == 'W' || etag.front() == '/')) etag.remove_prefix(1);
  while (!etag.empty() && etag.front() == '"') etag.remove_prefix(1);
  while (!etag.empty() && etag.back() == '"') etag.remove_suffix(1);
  return std::string(etag);
}

std::optional<Digest> digest_in_etag(const AnswerHead& head) {
  const std::string* etag = head.headers.find("X-Linked-Etag");
  const bool is_redirect = head.status >= 300;
  if (etag == nullptr && !is_redirect) etag = head.headers.find("ETag");
  return etag == nullptr ? std::nullopt : Digest::from_hex(plain_etag(*etag));
}

std::optional<std::string> contradiction(const AnswerHead& head, const ExpectedFile& expected) {
  const Headers& headers = head.headers;
  const std::string* said = headers.find("X-Repo-Commit");
  const auto commit = said == nullptr ? std::nullopt : CommitId::parse(*said);
  if (commit && *commit != expected.commit) {
    return fmt::format("the server answers for commit {}, where {} was asked for", commit->hex(),
                       expected.commit.hex());
  }
  const auto oid = digest_in_etag(head);
  // Of the other kind it may be the id of the LFS pointer, or a mirror's own habit.
  if (oid && oid->algorithm() == expected.oid.algorithm() && *oid != expected.oid) {
    return fmt::format("the server offers {}, where {} is listed", oid->tagged(),
                       expected.oid.tagged());
  }
  const std::string* linked_size = headers.find("X-Linked-Size");
  const auto size = linked_size == nullptr ? std::nullopt : number_in(*linked_size);
  if (size && *size != expected.size) {
    return fmt::format("the server offers {} bytes, where {} are listed", *size, expected.size);
  }
  return std::nullopt;
}

}  // namespace hubward
