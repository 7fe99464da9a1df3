#include "runner/doctor/clients.h"

#include <algorithm>
#include <array>

namespace hubward {
namespace {

using Name = std::string_view;

constexpr std::array<Name, 22> kWatched = {
    "HF_HUB_CACHE",
    "HUGGINGFACE_HUB_CACHE",
    "HF_HOME",
    "XDG_CACHE_HOME",
    "TRANSFORMERS_CACHE",
    "PYTORCH_TRANSFORMERS_CACHE",
    "PYTORCH_PRETRAINED_BERT_CACHE",
    "HF_DATASETS_CACHE",
    "HF_ENDPOINT",
    "HUGGINGFACE_CO_STAGING",
    "HF_HUB_OFFLINE",
    "TRANSFORMERS_OFFLINE",
    "HF_DATASETS_OFFLINE",
    "HF_TOKEN",
    "HUGGING_FACE_HUB_TOKEN",
    "HF_TOKEN_PATH",
    "HF_HUB_DISABLE_IMPLICIT_TOKEN",
    "HF_OIDC_RESOURCE",
    "HF_OIDC_ID_TOKEN",
    "HF_HUB_DISABLE_SYMLINKS",
    "HF_HUB_DISABLE_SHARED_BLOBS",
    "HF_HUB_DISABLE_XET",
};

constexpr std::size_t kOfPython = 17;
/// Python's, then two of its own.
constexpr std::array<Name, kOfPython + 2> kDatasets = {
    "HF_HUB_CACHE",
    "HUGGINGFACE_HUB_CACHE",
    "HF_HOME",
    "XDG_CACHE_HOME",
    "HF_ENDPOINT",
    "HUGGINGFACE_CO_STAGING",
    "HF_HUB_OFFLINE",
    "TRANSFORMERS_OFFLINE",
    "HF_TOKEN",
    "HUGGING_FACE_HUB_TOKEN",
    "HF_TOKEN_PATH",
    "HF_HUB_DISABLE_IMPLICIT_TOKEN",
    "HF_OIDC_RESOURCE",
    "HF_OIDC_ID_TOKEN",
    "HF_HUB_DISABLE_SYMLINKS",
    "HF_HUB_DISABLE_SHARED_BLOBS",
    "HF_HUB_DISABLE_XET",
    "HF_DATASETS_CACHE",
    "HF_DATASETS_OFFLINE",
};
constexpr std::span<const Name> kPython = std::span(kDatasets).first<kOfPython>();

constexpr std::array<Name, 2> kFromEnv = {"HF_HOME", "HF_ENDPOINT"};

constexpr std::array<Name, 8> kRust1 = {
    "HF_HUB_CACHE",  "HUGGINGFACE_HUB_CACHE",
    "HF_HOME",       "XDG_CACHE_HOME",
    "HF_ENDPOINT",   "HF_TOKEN",
    "HF_TOKEN_PATH", "HF_HUB_DISABLE_IMPLICIT_TOKEN",
};

constexpr std::array<Name, 4> kJs = {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME",
                                     "XDG_CACHE_HOME"};

constexpr std::array<ClientFacts, kDoctorClients> kTable = {{
    {DoctorClient::huggingface_hub, "huggingface_hub", "huggingface_hub", CacheRule::python,
     OfflineRule::python, TokenRule::python, kPython,
     "huggingface_hub 2.4.0: constants.py, utils/_auth.py"},
    // 4.x took TRANSFORMERS_CACHE and two older names before HF_HUB_CACHE; 5 reads none of them.
    {DoctorClient::transformers, "transformers", "transformers", CacheRule::python,
     OfflineRule::python, TokenRule::python, kPython,
     "transformers 5.24.0: utils/hub.py (cached_files), which asks huggingface_hub for the rest"},
    // What it downloads lies in the hub cache; what it makes of it, in HF_DATASETS_CACHE.
    {DoctorClient::datasets, "datasets", "datasets", CacheRule::python, OfflineRule::datasets,
     TokenRule::python, kDatasets, "datasets 5.2.0: config.py, utils/file_utils.py (cached_path)"},
    {DoctorClient::hf_hub_0_new,
     "hf_hub_0_new",
     "hf-hub 0.x Api::new()",
     CacheRule::home,
     OfflineRule::never,
     TokenRule::beside_cache,
     {},
     "hf-hub 0.4.0 to 0.5.0: src/lib.rs (Cache::default), src/api/sync.rs (from_cache)"},
    {DoctorClient::hf_hub_0_from_env, "hf_hub_0_from_env", "hf-hub 0.x from_env()",
     CacheRule::hf_home, OfflineRule::never, TokenRule::beside_cache, kFromEnv,
     "hf-hub 0.4.0 to 0.5.0: src/lib.rs (Cache::from_env), src/api/sync.rs (from_env)"},
    {DoctorClient::hf_hub_1, "hf_hub_1", "hf-hub 1.x", CacheRule::verbatim, OfflineRule::never,
     TokenRule::rust_1, kRust1, "hf-hub 1.0.0: src/constants.rs, src/client.rs (resolve_token)"},
    {DoctorClient::js, "js", "@huggingface/hub", CacheRule::verbatim, OfflineRule::never,
     TokenRule::argument, kJs, "@huggingface/hub 2.17.5: src/lib/cache-management.ts"},
}};

constexpr bool is_in_step() {
  for (std::size_t index = 0; index < kTable.size(); ++index) {
    if (static_cast<std::size_t>(kTable[index].client) != index) return false;
  }
  return true;
}
static_assert(is_in_step(), "a client has no row of its own in the table");

}  // namespace

std::span<const ClientFacts> client_table() { return kTable; }

const ClientFacts& facts_of(DoctorClient client) {
  return kTable[static_cast<std::size_t>(client)];
}

std::span<const std::string_view> watched_variables() { return kWatched; }

bool holds_a_token(std::string_view variable) {
  return variable == "HF_TOKEN" || variable == "HUGGING_FACE_HUB_TOKEN" ||
         variable == "HF_OIDC_ID_TOKEN";
}

}  // namespace hubward
