// The clients as their own sources tell them: which variables each reads, in which order, and what
// it makes of a request to stay offline. Facts about others age, so each row names the release and
// the files it was read from; `./dev clients` holds the answers against the real clients.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace hubward {

enum class DoctorClient : std::uint8_t {
  huggingface_hub,
  transformers,
  datasets,
  hf_hub_0_new,
  hf_hub_0_from_env,
  hf_hub_1,
  js,
};
inline constexpr std::size_t kDoctorClients = static_cast<std::size_t>(DoctorClient::js) + 1;

/// How a client finds its cache.
enum class CacheRule : std::uint8_t {
  python,    ///< by variables, `~` and `$NAME` expanded
  home,      ///< the home directory alone
  hf_home,   ///< HF_HOME as it stands, else as `home`
  verbatim,  ///< Python's variables, nothing expanded
};

/// What makes it stay offline.
enum class OfflineRule : std::uint8_t {
  python,    ///< HF_HUB_OFFLINE, else TRANSFORMERS_OFFLINE
  datasets,  ///< HF_DATASETS_OFFLINE where it is set, else as `python`
  never,     ///< no variable does
};

/// Where its token comes from.
enum class TokenRule : std::uint8_t {
  python,        ///< OIDC, HF_TOKEN, its older name, the file of a login
  beside_cache,  ///< the file `token` beside the cache, nothing else
  rust_1,        ///< HF_TOKEN, then two files
  argument,      ///< what the program passes, nothing else
};

/// A row. The views are static.
struct ClientFacts {
  DoctorClient client;
  std::string_view id;    ///< "hf_hub_0_new": in JSON, never reused
  std::string_view name;  ///< "hf-hub 0.x Api::new()"
  CacheRule cache;
  OfflineRule offline;
  TokenRule token;
  std::span<const std::string_view> reads;  ///< of the watched variables
  std::string_view source;                  ///< release and files that say so
};

/// In the order of reports.
std::span<const ClientFacts> client_table();
const ClientFacts& facts_of(DoctorClient client);

/// What a person may set in the belief that it moves a client. Those that hold a token among them.
std::span<const std::string_view> watched_variables();
bool holds_a_token(std::string_view variable);

}  // namespace hubward
