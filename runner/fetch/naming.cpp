#include "runner/fetch/naming.h"

#include "runner/fetch/text_sink.h"
#include "runner/hub/file_headers.h"
#include "verifier/checks/requirement.h"
#include "verifier/text/show.h"

#include <fmt/core.h>

#include <deque>
#include <vector>

namespace hubward {
namespace {

constexpr std::size_t kNoBody = 0;

FetchFailure unverifiable(const UnnamedFile& file, const AnswerHead& head) {
  const std::string* etag = head.headers.find("ETag");
  const std::string said =
      etag == nullptr ? "it gives no etag" : fmt::format("its etag `{}` is none", show(*etag, 100));
  return {FetchFault::not_found, file.url.shown(),
          fmt::format("unverifiable: the mirror lists no digest, and {}; nothing could tell right "
                      "bytes from wrong ones. A lock could",
                      said)};
}

}  // namespace

std::vector<ListedFile*> required_unnamed(const ManifestEntry& entry, TreeListing& listing,
                                          const std::set<std::string>& unnamed) {
  std::vector<ListedFile*> found;
  if (unnamed.empty()) return found;
  for (const ListedFile* file : required_of(entry, listing)) {
    if (!unnamed.contains(file->path)) continue;
    found.push_back(&listing.files[static_cast<std::size_t>(file - listing.files.data())]);
  }
  return found;
}

void ask_for_names(Exchange& exchange, std::span<UnnamedFile> files) {
  std::deque<TextSink> sinks;
  std::vector<Ask> asks;
  for (const UnnamedFile& file : files) {
    sinks.emplace_back(kNoBody);
    asks.push_back(
        {.url = file.url, .method = Method::head, .sink = &sinks.back(), .page = file.page});
  }
  exchange.run(asks);
  for (std::size_t at = 0; at < files.size(); ++at) {
    files[at].failure = asks[at].failure;
    if (files[at].failure) continue;
    if (const auto oid = digest_in_etag(sinks[at].head())) {
      files[at].file->oid = *oid;
    } else {
      files[at].failure = unverifiable(files[at], sinks[at].head());
    }
  }
}

}  // namespace hubward
