// The listing of one commit as it comes, page by page. Each page says where the next one is, and
// whoever answers may say anything: it is bounded here in bytes, in files, and in where it leads.
#pragma once

#include "runner/fetch/text_sink.h"
#include "runner/hub/answers.h"
#include "runner/hub/exchange.h"
#include "runner/hub/url.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace hubward {

class ListingPages {
 public:
  explicit ListingPages(Url first) : next_(std::move(first)) {}

  /// nullptr: all have come.
  const Url* next() const { return next_ ? &*next_ : nullptr; }
  AddressReach reach() const { return reach_; }
  /// Bytes that may still come.
  std::size_t room() const { return kMaxListingBytes - bytes_; }

  /// The answer from next(). Why it is none; nullopt: it was taken.
  std::optional<std::string> take(const TextSink& page);

  /// All of it, sorted, once next() is nullptr.
  std::vector<HubFile> files() && { return std::move(files_); }

 private:
  std::optional<std::string> go_on_to(const std::string& following, Peer peer);

  std::optional<Url> next_;
  AddressReach reach_ = AddressReach::anywhere;
  std::vector<HubFile> files_;
  std::size_t bytes_ = 0;
  std::size_t pages_ = 0;
};
/// A million files in pages of fifty, the smallest that the Hub makes.
inline constexpr std::size_t kMostListingPages = 20'000;

}  // namespace hubward
