#include "runner/doctor/tokens.h"

#include "runner/doctor/places.h"
#include "runner/launch/environment.h"
#include "runner/launch/token.h"
#include "verifier/cache/pointer.h"
#include "verifier/text/hub_token.h"

#include <algorithm>
#include <cctype>

namespace hubward {
namespace {

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

/// One way after the other until a token is found.
class TokenSearch {
 public:
  TokenSearch(DoctorClient client, const CacheLocationRequest& here, const SecretReader& read)
      : here_(here), read_(read) {
    trace_.client = client;
  }

  bool is_found() const { return trace_.is_present; }

  void variable(const char* name, std::string_view value) {
    if (is_found()) return;
    found(name, value);
  }

  void file(const std::string& path) {
    if (is_found()) return;
    const auto secret = read_(path);
    if (!secret || trimmed(secret->text).empty()) return;
    found(path, secret->text);
    trace_.is_file = true;
    if (secret->others_may_read) trace_.faults.emplace_back("other users may read its file");
  }

  void exchange(const char* name) {
    trace_.is_present = trace_.is_exchanged = true;
    trace_.source = name;
  }

  /// A client that sends the variable's bytes as they are.
  void takes_it_untrimmed() {
    if (!is_found() || trace_.is_file) return;
    const std::string* value = variable_in(here_.environment, trace_.source);
    if (value == nullptr || trimmed(*value).size() == value->size()) return;
    trace_.faults.emplace_back("this client does not trim it, and sends no such header");
  }

  void none(std::string why) {
    if (!is_found()) trace_.why_none = std::move(why);
  }

  SentToken take() {
    if (!is_found() && trace_.why_none.empty()) {
      trace_.why_none = "neither a variable nor a file that it reads holds one";
    }
    return std::move(trace_);
  }

 private:
  void found(const std::string& source, std::string_view value) {
    trace_.is_present = true;
    trace_.source = source;
    trace_.faults = faults_of_token(value);
    trace_.shape = shape_of_token(trimmed(value));
  }

  const CacheLocationRequest& here_;  // both outlive the search
  const SecretReader& read_;
  SentToken trace_;
};

std::string value_or_nothing(const EnvironmentView& environment, std::string_view name) {
  const std::string* value = variable_in(environment, name);
  return value == nullptr ? "" : *value;
}

/// huggingface_hub 2.4.0, utils/_auth.py (get_token), utils/_headers.py.
SentToken of_python(DoctorClient client, const CacheLocationRequest& here,
                    const SecretReader& read) {
  const EnvironmentView& environment = here.environment;
  TokenSearch search(client, here, read);
  if (is_true_for_python(value_or_nothing(environment, "HF_HUB_DISABLE_IMPLICIT_TOKEN"))) {
    search.none("HF_HUB_DISABLE_IMPLICIT_TOKEN keeps it back");
    return search.take();
  }
  if (!value_or_nothing(environment, "HF_OIDC_RESOURCE").empty()) {
    search.exchange("HF_OIDC_RESOURCE");
    return search.take();
  }
  const bool is_newer = !value_or_nothing(environment, "HF_TOKEN").empty();
  const char* name = is_newer ? "HF_TOKEN" : "HUGGING_FACE_HUB_TOKEN";
  const std::string value = value_or_nothing(environment, name);
  // White space hides the older name, and leads to the file.
  if (cleaned_token(value)) search.variable(name, value);
  const std::string staging = value_or_nothing(environment, "HUGGINGFACE_CO_STAGING");
  const auto path = is_true_for_python(staging)
                        ? expand_user("~/.cache/huggingface_staging/token", here)
                        : locate_token(here);
  if (path) search.file(*path);
  return search.take();
}

/// hf-hub 1.0.0, client.rs (resolve_token): any text but none switches it off, also "0".
SentToken of_rust_1(const CacheLocationRequest& here, const SecretReader& read) {
  const EnvironmentView& environment = here.environment;
  TokenSearch search(DoctorClient::hf_hub_1, here, read);
  if (!value_or_nothing(environment, "HF_HUB_DISABLE_IMPLICIT_TOKEN").empty()) {
    search.none("HF_HUB_DISABLE_IMPLICIT_TOKEN keeps it back");
    return search.take();
  }
  const std::string value = value_or_nothing(environment, "HF_TOKEN");
  if (!value.empty()) search.variable("HF_TOKEN", value);
  search.takes_it_untrimmed();
  const std::string named = value_or_nothing(environment, "HF_TOKEN_PATH");
  if (!named.empty()) search.file(lexically_joined(here.working_directory, named));
  search.file(verbatim_home(DoctorClient::hf_hub_1, here) + "/token");
  return search.take();
}

/// hf-hub 0.5.0, src/lib.rs (Cache::token_path): `hub` taken off, `token` put on.
SentToken of_rust_0(DoctorClient client, const CacheLocationRequest& here, const std::string& cache,
                    const SecretReader& read) {
  TokenSearch search(client, here, read);
  if (!cache.empty()) search.file(lexically_joined(cache, "../token"));
  const bool is_set = !value_or_nothing(here.environment, "HF_TOKEN").empty();
  search.none(is_set ? "it does not read HF_TOKEN, and the file that it reads is not there"
                     : "it reads a file alone, and that is not there");
  return search.take();
}

}  // namespace

std::string_view to_string(TokenShape shape) {
  switch (shape) {
    case TokenShape::user: return "user";
    case TokenShape::other_known: return "other_known";
    case TokenShape::odd: return "odd";
  }
  return "";
}

TokenShape shape_of_token(std::string_view cleaned) {
  const auto is_plain = [](std::string_view text) {
    return std::ranges::all_of(text, [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
    });
  };
  const bool is_whole = is_plain(cleaned);
  if (is_whole && cleaned.starts_with("hf_") && holds_hub_token(cleaned.substr(0, 33))) {
    return TokenShape::user;
  }
  const bool has_head = cleaned.starts_with("hf_") || cleaned.starts_with("api_org_");
  if (is_whole && has_head && cleaned.size() >= 20) return TokenShape::other_known;
  return TokenShape::odd;
}

std::vector<std::string> faults_of_token(std::string_view text) {
  std::vector<std::string> faults;
  const std::string_view token = trimmed(text);
  const auto say_if = [&](bool is_so, const char* words) {
    if (is_so) faults.emplace_back(words);
  };
  const auto ends_in = [&](char mark) { return token.starts_with(mark) && token.ends_with(mark); };
  say_if(token.size() >= 2 && (ends_in('"') || ends_in('\'')), "quotes stand around it");
  say_if(token.starts_with("Bearer "), "it begins with \"Bearer \", which the clients add");
  say_if(token.find("${{") != std::string_view::npos || token.starts_with("secrets."),
         "it is the text of a workflow expression, not its value");
  say_if(!token.empty() && token.find_first_not_of('*') == std::string_view::npos,
         "it is a row of stars, as a log shows a secret");
  say_if(token.find_first_of("\r\n") != std::string_view::npos, "a line break stands within it");
  const bool has_odd_byte = std::ranges::any_of(token, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 ? c != '\r' && c != '\n' : byte > 0x7e;
  });
  say_if(has_odd_byte, "bytes stand in it that no header may hold");
  say_if(!token.empty() && shape_of_token(token) == TokenShape::odd && faults.empty(),
         "it does not look like a token of the Hub (hf_…)");
  return faults;
}

SentToken token_of(DoctorClient client, const CacheLocationRequest& here,
                   const std::string& place_cache, const SecretReader& read) {
  switch (facts_of(client).token) {
    case TokenRule::python: return of_python(client, here, read);
    case TokenRule::rust_1: return of_rust_1(here, read);
    case TokenRule::beside_cache: return of_rust_0(client, here, place_cache, read);
    case TokenRule::argument: break;
  }
  SentToken trace{.client = client};
  trace.why_none = "it sends what the program passes to it, and reads neither variable nor file";
  return trace;
}

}  // namespace hubward
