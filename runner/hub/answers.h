// What the Hub says, read at one door: JSON bodies, links to the next page, and its ways to say no.
// A mirror, a proxy or someone in between may have written any of it. Pure.
// Source: hub-cache-format 4.3, 4.5, 4.6.
#pragma once

#include "runner/hub/headers.h"
#include "runner/hub/url.h"
#include "verifier/proof/tree_listing.h"
#include <hubward/digest.h>
#include <hubward/repo_id.h>
#include <hubward/result.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

/// `sha` of /api/<type>s/<id>/revision/<revision>. Errors: bad_input.
Result<CommitId> parse_revision_answer(std::string_view json);

/// A file as the Hub lists it.
struct HubFile {
  ListedFile listed;  ///< its oid means nothing while `is_named` is false
  /// git's; of the pointer for an LFS file. Some mirrors list none.
  std::optional<Digest> blob_id;
  bool is_named = true;  ///< listed with a digest of its content
};

/// Why a page of a listing is none, or is hostile. As ListingFault, for trees/<commit>.json is made
/// of it.
using TreePage = tl::expected<std::vector<HubFile>, ListingFault>;

/// A page of /api/<type>s/<id>/tree/<commit>?recursive=true; folders are left out.
TreePage parse_tree_page(std::string_view json);

/// All pages as one, sorted; a path that stands twice, or is a folder of another, is a fault.
tl::expected<void, ListingFault> sort_listing(std::vector<HubFile>& files);

/// The target of `rel="next"` in a Link header, still to be judged; nullopt on the last page.
std::optional<std::string> next_page(const Headers& headers);

enum class RefusalKind : unsigned char {
  not_found,  ///< the repo, revision or file does not exist for whoever asks
  denied,     ///< no token, a wrong one, or one that may not
  limited,    ///< 429
  failing,    ///< 408 and 5xx
  other,
};

/// An answer that is not the one wanted, in the Hub's own words.
struct HubRefusal {
  RefusalKind kind = RefusalKind::other;
  int status = 0;
  std::string code;   ///< X-Error-Code, safe for eyes; may be empty
  std::string words;  ///< of at most kMaxHubWords bytes, safe for eyes; may be empty
};
inline constexpr std::size_t kMaxHubWords = 500;

/// @param body  its beginning; read where no header has the words
HubRefusal refusal_in(const AnswerHead& head, std::string_view body);

enum class HasToken : unsigned char { no, yes };
/// One sentence: what the Hub said, and what to do about it.
/// @param page  where a person asks for access, as "https://huggingface.co/org/name"
std::string explain(const HubRefusal& refusal, HasToken has_token, std::string_view page);

/// The same of a host that the Hub has sent us on to: it knows neither repos nor tokens, only
/// addresses that were signed for a while.
/// @param address  its, as shown
std::string explain_abroad(const HubRefusal& refusal, std::string_view address);

/// "bytes 5-9/10": first byte and whole size. nullopt for any other text.
struct ContentRange {
  std::uint64_t first = 0;
  std::uint64_t total = 0;
};
std::optional<ContentRange> parse_content_range(std::string_view text);

}  // namespace hubward
