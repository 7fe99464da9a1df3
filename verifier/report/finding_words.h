// What a format says of one finding, and the line of the user's own texts that it stands at: the
// cache lies outside of a checkout, so whoever marks files of one marks the entry of lock or
// manifest that asks for what is wrong.
#pragma once

#include <hubward/report.h>

#include <cstddef>
#include <optional>
#include <string>

namespace hubward {

/// How the checkout names the user's texts, slash-separated; nullopt when they are not in it.
struct CheckoutFiles {
  std::optional<std::string> manifest;
  std::optional<std::string> lock;
};

/// A line of lock or manifest.
struct TextPlace {
  std::optional<std::string> in_checkout;  ///< raw bytes; nullopt: the text is not in it
  std::string path;                        ///< as the report names it, raw bytes
  int line = 0;
};

/// A path of the cache has up to 4,096 bytes, and a message is to be read.
inline constexpr std::size_t kMaxPathShown = 1024;

/// The lock's line before the manifest's; nullopt when no text names what is wrong.
std::optional<TextPlace> text_place_of(const Finding& finding, const Report& report,
                                       const CheckoutFiles& files);

/// "FILE:LINE: " for a text outside of the checkout, which nobody can mark there; else empty. Safe
/// for eyes.
std::string outside_words(const TextPlace& place);

/// "blob-corrupt, models/gpt2@main". Safe for eyes.
std::string title_of(const Finding& finding);

/// What is wrong and where, what was expected and found, what mends it; a line each. Safe for eyes.
std::string words_of(const Finding& finding, const Report& report);

}  // namespace hubward
