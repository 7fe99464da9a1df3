#include "runner/fetch/listing_text.h"
#include "runner/hub/answers.h"
#include "runner/hub/file_headers.h"
#include "runner/hub/rate_limit.h"
#include "runner/hub/url.h"
#include "tests/fuzz/door.h"
#include "tests/fuzz/promise.h"
#include "verifier/text/repo_path.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace hubward::fuzz {
namespace {

struct AnswerText {
  AnswerHead head;
  std::string_view body;
};

/// "HTTP/1.1 429 …", headers, an empty line, the body; as transport.cpp is told it.
AnswerText read_answer(std::string_view bytes) {
  AnswerText answer;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    const std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    if (line.empty() || line == "\r") break;
    answer.head.headers.add_line(line);
    const std::size_t space = line.find(' ');
    if (!line.starts_with("HTTP/") || space == std::string_view::npos) continue;
    std::from_chars(line.data() + space + 1, line.data() + line.size(), answer.head.status);
  }
  answer.body = bytes;
  return answer;
}

void open_refusal(const AnswerText& answer) {
  const HubRefusal refusal = refusal_in(answer.head, answer.body);
  promise_safe_for_eyes(refusal.code, Lines::one);
  promise_safe_for_eyes(refusal.words, Lines::one);
  // Each byte takes \u{HHHHHH} at most, and the mark of what was cut.
  promise(refusal.words.size() <= 10 * kMaxHubWords + 10, "the Hub's words are bounded");
  for (const HasToken has_token : {HasToken::no, HasToken::yes}) {
    const std::string said = explain(refusal, has_token, "https://huggingface.co/org/name");
    promise_safe_for_eyes(said, Lines::one);
  }
}

void open_waits(const Headers& headers) {
  const std::chrono::system_clock::time_point now{std::chrono::seconds(784'111'000)};
  const auto wait = told_wait(headers, now);
  promise(!wait || (wait->count() >= 0 && *wait <= kLongestTold + std::chrono::seconds(1)),
          "a wait is neither negative nor endless");
}

/// Where an answer leads is a URL that can be asked, or nowhere.
void open_way(std::string_view reference) {
  const Url here = *Url::parse("https://hub.example:8443/a/b?c");
  const auto target = here.resolved(reference);
  if (!target) return;
  promise(std::ranges::all_of(target->text(),
                              [](char letter) {
                                const auto byte = static_cast<unsigned char>(letter);
                                return byte > 0x20 && byte < 0x7f;
                              }),
          "no byte of a URL can end a request line");
  promise(target->text().starts_with(target->origin() + "/"), "a URL begins with its origin");
  promise(target->text().size() <= 3 * kMaxUrlBytes, "a URL is bounded");
  const auto again = Url::parse(target->text());
  promise(again && again->text() == target->text(), "what is read is what was written");
  promise_safe_for_eyes(target->shown(), Lines::one);
  promise(target->shown().find('?') == std::string::npos, "no signature is shown");
  for (const From whence : {From::public_host, From::private_host}) {
    if (const auto why = fault_of_step(here, *target, whence)) {
      promise_safe_for_eyes(*why, Lines::one);
    }
  }
}

void open_file_headers(const AnswerHead& head) {
  const std::string etag = strong_etag(head.headers);
  promise(etag.empty() || (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"'),
          "a strong etag has its quotes");
  promise(etag.find_first_of("\r\n") == std::string::npos, "an etag cannot end a request line");
  for (const std::string& oid : {std::string(40, 'a'), std::string(64, 'b')}) {
    const ExpectedFile expected{*CommitId::parse(std::string(40, 'c')), *Digest::from_hex(oid), 3};
    if (const auto why = contradiction(head, expected)) promise_safe_for_eyes(*why, Lines::one);
  }
  promise(
      !digest_in_etag(head) || head.status < 300 || head.headers.find("X-Linked-Etag") != nullptr,
      "a redirect's own etag names no file");
  const std::string* text = head.headers.find("Content-Range");
  const auto range = text == nullptr ? std::nullopt : parse_content_range(*text);
  promise(!range || range->first < range->total, "a range begins within its whole");
}

/// What is written as trees/<commit>.json is read by our own verifier as what the Hub said.
void open_listing_text(const std::vector<HubFile>& files) {
  const auto text = listing_text(files);
  const bool is_whole =
      std::ranges::all_of(files, [](const HubFile& file) { return file.blob_id.has_value(); });
  promise(text.has_value() == is_whole, "a listing is stored whole or not at all");
  if (!text) return;
  const auto listing = parse_tree_listing(*text);
  const bool has_lfs =
      std::ranges::any_of(files, [](const HubFile& file) { return file.listed.lfs; });
  // An LFS entry is held against the id of its pointer, which the Hub may have wrong.
  promise(listing || has_lfs, "the stored listing can be read");
  if (!listing) return;
  promise(listing->files.size() == files.size(), "no file is lost");
  for (std::size_t at = 0; at < files.size(); ++at) {
    const ListedFile& said = files[at].listed;
    const ListedFile& read = listing->files[at];
    promise(read.path == said.path && read.size == said.size && read.oid == said.oid &&
                read.xet_hash == said.xet_hash,
            "a file is what the Hub listed: " + said.path);
  }
}

void open_tree(std::string_view body) {
  auto files = parse_tree_page(body);
  if (!files) {
    promise(!files.error().why.empty(), "a refusal says why");
    return promise_safe_for_eyes(files.error().why, Lines::one);
  }
  for (const HubFile& file : *files) {
    promise(!fault_of_listed_path(file.listed.path), "a path stays in its snapshot");
    promise(!file.blob_id || file.blob_id->algorithm() == DigestAlgorithm::git_sha1,
            "a blob id is git's");
    promise(file.listed.lfs == (file.listed.oid.algorithm() == DigestAlgorithm::sha256),
            "an LFS file alone is told by a SHA-256");
  }
  const auto sorted = sort_listing(*files);
  if (!sorted) return promise_safe_for_eyes(sorted.error().why, Lines::one);
  open_listing_text(*files);
}

}  // namespace

void open_hub_answer(std::string_view bytes) {
  const AnswerText answer = read_answer(bytes);
  open_refusal(answer);
  open_waits(answer.head.headers);
  if (const auto next = next_page(answer.head.headers)) open_way(*next);
  if (const std::string* location = answer.head.headers.find("Location")) open_way(*location);
  open_file_headers(answer.head);
  const auto commit = parse_revision_answer(answer.body);
  if (!commit) promise_safe_for_eyes(commit.error().what, Lines::one);
  open_tree(answer.body);
}

}  // namespace hubward::fuzz
