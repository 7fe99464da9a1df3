#include "runner/fetch/listing_pages.h"

#include <iterator>
#include <utility>

namespace hubward {

std::optional<std::string> ListingPages::take(const TextSink& page) {
  auto files = parse_tree_page(page.text());
  if (!files) return std::move(files.error().why);
  bytes_ += page.text().size();
  files_.insert(files_.end(), std::make_move_iterator(files->begin()),
                std::make_move_iterator(files->end()));
  if (const auto following = next_page(page.head().headers)) {
    return go_on_to(*following, page.head().peer);
  }
  next_.reset();
  const auto sorted = sort_listing(files_);
  return sorted ? std::nullopt : std::optional(sorted.error().why);
}

std::optional<std::string> ListingPages::go_on_to(const std::string& following, Peer peer) {
  const auto target = next_->resolved(following);
  if (!target) return "refused: the next page leads to no URL";
  WayOn way = judge_way_on(*next_, peer, reach_, *target);
  if (way.fault) return "refused: the next page leads " + *way.fault;
  // Pages that name each other would never end; bytes are bounded, empty pages are not.
  const bool is_itself = target->text() == next_->text();
  if (is_itself || ++pages_ == kMostListingPages || files_.size() > kMaxListedFiles) {
    return "the Hub's listing does not end";
  }
  next_ = *target;
  reach_ = way.reach;
  return std::nullopt;
}

}  // namespace hubward
