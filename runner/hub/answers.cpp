#include "runner/hub/answers.h"

#include "verifier/text/json_door.h"
#include "verifier/text/repo_path.h"
#include "verifier/text/show.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <utility>

namespace hubward {
namespace {

tl::unexpected<ListingFault> fault(std::string why, bool hostile = false) {
  return tl::unexpected(ListingFault{hostile, std::move(why)});
}

const std::string* text_of_member(const JsonValue& value, std::string_view key) {
  const JsonValue* member = value.find(key);
  return member == nullptr ? nullptr : member->string();
}

std::optional<Digest> digest_in(const JsonValue& value, std::string_view key,
                                DigestAlgorithm algorithm) {
  const std::string* hex = text_of_member(value, key);
  const auto digest = hex == nullptr ? std::nullopt : Digest::from_hex(*hex);
  return digest && digest->algorithm() == algorithm ? digest : std::nullopt;
}

bool has(const JsonValue& value, std::string_view key) {
  const JsonValue* member = value.find(key);
  return member != nullptr && !member->is_null();
}

std::optional<std::uint64_t> number_in(const JsonValue& value, std::string_view key) {
  const JsonValue* member = value.find(key);
  return member == nullptr ? std::nullopt : member->unsigned_integer();
}

constexpr std::array<std::byte, 20> kNoBytes{};

tl::expected<HubFile, ListingFault> read_file(const std::string& path, const JsonValue& entry) {
  if (const auto why = fault_of_listed_path(path)) {
    return fault("the Hub lists " + show(path, 200) + ": " + *why, true);
  }
  const std::string named = "the Hub's entry of " + show(path, 200);
  const auto blob_id = digest_in(entry, "oid", DigestAlgorithm::git_sha1);
  const auto size = number_in(entry, "size");
  if (!size || (!blob_id && has(entry, "oid"))) return fault(named + " has no git id or no size");
  const Digest nothing = *Digest::from_bytes(DigestAlgorithm::git_sha1, kNoBytes);
  HubFile file{.listed = {.path = path, .size = *size, .oid = blob_id.value_or(nothing)},
               .blob_id = blob_id,
               .is_named = blob_id.has_value()};
  if (const JsonValue* xet = entry.find("xetHash"); xet != nullptr && !xet->is_null()) {
    const auto hash = digest_in(entry, "xetHash", DigestAlgorithm::sha256);
    if (!hash) return fault(named + " has a xetHash that is not 64 hex digits");
    file.listed.xet_hash = hash->hex();
  }
  const JsonValue* lfs = entry.find("lfs");
  if (lfs == nullptr || lfs->is_null()) return file;
  const auto sha256 = digest_in(*lfs, "oid", DigestAlgorithm::sha256);
  if (!sha256 || number_in(*lfs, "size") != size) {
    return fault(named + " has an LFS oid or size that does not fit");
  }
  file.listed.oid = *sha256;
  file.listed.lfs = file.is_named = true;
  return file;
}

std::string words_of(const AnswerHead& head, std::string_view body) {
  if (const std::string* message = head.headers.find("X-Error-Message")) return *message;
  const auto json = parse_json(body.substr(0, std::size_t{16} * 1024));
  const std::string* error = json ? text_of_member(*json, "error") : nullptr;
  return error == nullptr ? "" : *error;
}

RefusalKind kind_of(int status, std::string_view code, std::string_view words) {
  if (status == 429) return RefusalKind::limited;
  if (status == 408 || status >= 500) return RefusalKind::failing;
  if (code == "GatedRepo" || words == "Access to this resource is disabled.") {
    return RefusalKind::denied;
  }
  if (status == 401 || status == 403) return RefusalKind::denied;
  return status == 404 || status == 410 ? RefusalKind::not_found : RefusalKind::other;
}

std::string what_was_not_found(std::string_view code) {
  if (code == "RevisionNotFound") return "the revision does not exist; check what follows the @";
  if (code == "EntryNotFound") return "the file does not exist in that revision";
  return "the repo does not exist, or the token may not see it; check the id";
}

std::string advice(const HubRefusal& refusal, HasToken has_token, std::string_view page) {
  switch (refusal.kind) {
    case RefusalKind::not_found: return what_was_not_found(refusal.code);
    case RefusalKind::denied: break;
    case RefusalKind::limited: return "too many requests";
    case RefusalKind::failing: return "the Hub has trouble of its own; try again later";
    case RefusalKind::other: return "the Hub gave an answer that is not understood";
  }
  if (refusal.code == "GatedRepo") {
    return fmt::format("ask for access at {}{}", page,
                       has_token == HasToken::yes ? ""
                                                  : ", and set HF_TOKEN to a token of that "
                                                    "account");
  }
  if (has_token == HasToken::yes) {
    return "the token was refused or may not see this repo; check HF_TOKEN and the id";
  }
  return "no token was sent: the repo is private or does not exist; set HF_TOKEN, or check the id";
}

std::string advice_abroad(RefusalKind kind) {
  switch (kind) {
    case RefusalKind::limited: return "too many requests";
    case RefusalKind::failing: return "it has trouble of its own; try again later";
    case RefusalKind::denied:
    case RefusalKind::not_found:
    case RefusalKind::other: break;
  }
  return "no token is sent there, so none would help; try again later, and look whether a proxy "
         "stands between";
}

/// "403 GatedRepo (“ask first”)".
std::string words_said(const HubRefusal& refusal) {
  std::string said = std::to_string(refusal.status);
  if (!refusal.code.empty()) said += " " + refusal.code;
  if (!refusal.words.empty()) said += fmt::format(" (“{}”)", refusal.words);
  return said;
}

}  // namespace

Result<CommitId> parse_revision_answer(std::string_view json) {
  const auto value = parse_json(json);
  if (!value) return fail(ErrorKind::bad_input, "", "the Hub's answer is " + value.error().what);
  const std::string* sha = text_of_member(*value, "sha");
  const auto commit = sha == nullptr ? std::nullopt : CommitId::parse(*sha);
  if (!commit) return fail(ErrorKind::bad_input, "", "the Hub's answer names no commit");
  return *commit;
}

TreePage parse_tree_page(std::string_view json) {
  const auto value = parse_json(json);
  if (!value) return fault("the Hub's listing is " + value.error().what);
  if (value->array() == nullptr) return fault("the Hub's listing is no array");
  std::vector<HubFile> files;
  for (const JsonValue& entry : *value->array()) {
    const std::string* type = text_of_member(entry, "type");
    const std::string* path = text_of_member(entry, "path");
    if (type == nullptr || path == nullptr) return fault("the Hub lists an entry without a path");
    if (*type == "directory") continue;
    auto file = read_file(*path, entry);
    if (!file) return tl::unexpected(file.error());
    files.push_back(std::move(*file));
  }
  return files;
}

tl::expected<void, ListingFault> sort_listing(std::vector<HubFile>& files) {
  const auto path_of = [](const HubFile& file) -> const std::string& { return file.listed.path; };
  std::ranges::sort(files, {}, path_of);
  const auto is_listed = [&](std::string_view path) {
    return std::ranges::binary_search(files, path, {}, path_of);
  };
  for (std::size_t at = 0; at < files.size(); ++at) {
    const std::string& path = path_of(files[at]);
    if (at > 0 && path == path_of(files[at - 1])) {
      return fault("the Hub lists " + show(path, 200) + " twice", true);
    }
    for (std::size_t slash = path.find('/'); slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
      if (!is_listed(std::string_view(path).substr(0, slash))) continue;
      return fault("the Hub lists " + show(path, 200) + " beneath a file", true);
    }
  }
  return {};
}

std::optional<std::string> next_page(const Headers& headers) {
  const std::string* link = headers.find("Link");
  std::string_view rest = link == nullptr ? std::string_view() : *link;
  while (true) {
    const std::size_t begin = rest.find('<');
    const std::size_t end = rest.find('>', begin);
    if (begin == std::string_view::npos || end == std::string_view::npos) return std::nullopt;
    const std::string_view target = rest.substr(begin + 1, end - begin - 1);
    rest.remove_prefix(end + 1);
    const std::string_view parameters = rest.substr(0, rest.find('<'));
    if (parameters.find("rel=\"next\"") != std::string_view::npos ||
        parameters.find("rel=next") != std::string_view::npos) {
      return std::string(target);
    }
  }
}

HubRefusal refusal_in(const AnswerHead& head, std::string_view body) {
  HubRefusal refusal{.status = head.status};
  if (const std::string* code = head.headers.find("X-Error-Code")) refusal.code = show(*code, 60);
  const std::string words = words_of(head, body);
  refusal.kind = kind_of(head.status, refusal.code, words);
  refusal.words = show(words, kMaxHubWords);
  return refusal;
}

std::string explain(const HubRefusal& refusal, HasToken has_token, std::string_view page) {
  return fmt::format("the Hub answered {}: {}", words_said(refusal),
                     advice(refusal, has_token, page));
}

std::string explain_abroad(const HubRefusal& refusal, std::string_view address) {
  return fmt::format("{}, to which the Hub has sent us on, answered {}: {}", address,
                     words_said(refusal), advice_abroad(refusal.kind));
}

std::optional<ContentRange> parse_content_range(std::string_view text) {
  constexpr std::string_view kUnit = "bytes ";
  if (!text.starts_with(kUnit)) return std::nullopt;
  const char* at = text.data() + kUnit.size();
  const char* end = text.data() + text.size();
  ContentRange range;
  std::uint64_t last = 0;
  const auto number = [&](std::uint64_t& into, char after) {
    const auto [stop, error] = std::from_chars(at, end, into);
    const bool ends_well = after == '\0' ? stop == end : stop != end && *stop == after;
    if (error != std::errc() || !ends_well) return false;
    at = after == '\0' ? stop : stop + 1;
    return true;
  };
  if (!number(range.first, '-') || !number(last, '/') || !number(range.total, '\0')) {
    return std::nullopt;
  }
  if (last < range.first || last >= range.total) return std::nullopt;
  return range;
}

}  // namespace hubward
