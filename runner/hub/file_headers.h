// What the headers of an answer say about a file beside its bytes: which commit, which digest,
// which size, and the etag by which a later range belongs to the same bytes. Pure. Source:
// hub-cache-format 3.2, 4.3; RFC 9110, 8.8.3 and 13.1.5.
#pragma once

#include "runner/hub/headers.h"
#include <hubward/digest.h>
#include <hubward/repo_id.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hubward {

/// The ETag with its quotes when it is a strong one, which alone may stand in If-Range; else empty.
std::string strong_etag(const Headers& headers);

/// An etag as huggingface_hub names a blob by it: without `W/` and quotes.
std::string plain_etag(std::string_view etag);

/// The digest that the clients would name the blob by: of X-Linked-Etag, else of ETag, which of a
/// redirect is its own. nullopt where it is none ("5f3a-61c").
std::optional<Digest> digest_in_etag(const AnswerHead& head);

/// What was asked for, by listing or lock.
struct ExpectedFile {
  CommitId commit;
  Digest oid;
  std::uint64_t size = 0;  ///< bytes
};

/// Why an answer of the endpoint itself, redirects included, is about another file or another
/// commit; nullopt: nothing against it. Only what can be compared counts: a mirror's own etag
/// ("5f3a-61c"), none at all, a digest of the other kind, or the ETag of a redirect's own page says
/// nothing.
std::optional<std::string> contradiction(const AnswerHead& head, const ExpectedFile& expected);

}  // namespace hubward
