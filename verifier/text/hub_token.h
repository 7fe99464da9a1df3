// What a token of the Hub looks like, for telling that one lies where it would be shared. The text
// is looked at and never kept.
#pragma once

#include <string>
#include <string_view>

namespace hubward {

/// Whether `text` holds "hf_" and at least 30 letters or digits behind it. Pure.
bool holds_hub_token(std::string_view text);

/// `text` with "hf_***" in the place of each. Pure.
std::string without_hub_tokens(std::string_view text);

}  // namespace hubward
