// Which token each client would send from here: that there is one, where it comes from and whether
// it looks like one. The value is looked at and never kept, so nothing that is told can hold it.
#pragma once

#include "runner/doctor/clients.h"
#include "verifier/cache/location.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

/// What the text looks like. Source: huggingface.co/docs/hub/security-tokens; the names of OAuth
/// and job tokens as huggingface_hub 2.4.0 stores them.
enum class TokenShape : std::uint8_t {
  user,         ///< "hf_" and at least 30 letters or digits
  other_known,  ///< "hf_" and what else may follow; "api_org_…" of old
  odd,          ///< nothing that the Hub ever gave out
};
std::string_view to_string(TokenShape shape);

/// A file that may hold a token, as far as its reader needs to know it.
struct SecretFile {
  std::string text;
  bool others_may_read = false;
};
/// nullopt: not there, not readable, or no plain file.
using SecretReader = std::function<std::optional<SecretFile>(const std::string& path)>;

struct SentToken {
  DoctorClient client = DoctorClient::huggingface_hub;
  bool is_present = false;
  bool is_exchanged = false;  ///< OIDC: made when it is needed, which takes the network
  std::string source;         ///< a variable, or the path of a file; empty when there is none
  bool is_file = false;
  std::optional<TokenShape> shape;  ///< when there is one
  std::vector<std::string> faults;  ///< what is odd about it, a few words each, without the value
  std::string why_none;             ///< a sentence, when there is none
};

/// @param place_cache  where that client's cache is, for those whose token lies beside it
SentToken token_of(DoctorClient client, const CacheLocationRequest& here,
                   const std::string& place_cache, const SecretReader& read);

/// What is odd about a token's text as it stands in a variable or file. Pure.
std::vector<std::string> faults_of_token(std::string_view text);
TokenShape shape_of_token(std::string_view cleaned);

}  // namespace hubward
