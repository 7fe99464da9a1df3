// The token that gives access to gated models: what counts as one, and how it is kept out of what
// hubward says.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

/// CR, LF and outer white space removed, as Python's client does before it sends one; nullopt when
/// nothing is left. Source: huggingface_hub 1.x, utils/_auth.py.
std::optional<std::string> cleaned_token(std::string_view text);

/// The token that Python's clients take from the environment; nullopt when there is none. Source:
/// huggingface_hub 1.x, utils/_auth.py.
std::optional<std::string> token_in(std::span<const std::string> environment);

/// All that the environment holds, also what a client would not send because another comes first.
std::vector<std::string> all_tokens_in(std::span<const std::string> environment);

/// The text with "***" in place of each token. One of less than eight bytes is left, for it is a
/// word that a text may hold by chance.
std::string without_tokens(std::string_view text, std::span<const std::string> tokens);

}  // namespace hubward
