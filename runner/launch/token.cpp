#include "runner/launch/token.h"

#include "runner/launch/environment.h"

#include <algorithm>
#include <cctype>

namespace hubward {
namespace {

constexpr std::size_t kShortest = 8;

}  // namespace

std::optional<std::string> cleaned_token(std::string_view text) {
  std::string token;
  for (const char c : text) {
    if (c != '\r' && c != '\n') token += c;
  }
  const auto is_space = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; };
  token.erase(std::find_if_not(token.rbegin(), token.rend(), is_space).base(), token.end());
  token.erase(token.begin(), std::find_if_not(token.begin(), token.end(), is_space));
  if (token.empty()) return std::nullopt;
  return token;
}

std::optional<std::string> token_in(std::span<const std::string> environment) {
  std::string_view text = value_of(environment, "HF_TOKEN").value_or("");
  if (text.empty()) text = value_of(environment, "HUGGING_FACE_HUB_TOKEN").value_or("");
  return cleaned_token(text);
}

std::vector<std::string> all_tokens_in(std::span<const std::string> environment) {
  std::vector<std::string> tokens;
  for (const char* name : {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_OIDC_ID_TOKEN"}) {
    if (auto token = cleaned_token(value_of(environment, name).value_or(""))) {
      tokens.push_back(std::move(*token));
    }
  }
  return tokens;
}

std::string without_tokens(std::string_view text, std::span<const std::string> tokens) {
  std::string safe(text);
  for (const std::string& token : tokens) {
    if (token.size() < kShortest) continue;
    for (std::size_t at = safe.find(token); at != std::string::npos; at = safe.find(token, at)) {
      safe.replace(at, token.size(), "***");
    }
  }
  return safe;
}

}  // namespace hubward
