#include "runner/doctor/places.h"

#include "runner/launch/environment.h"
#include "verifier/cache/pointer.h"

#include <algorithm>
#include <array>

namespace hubward {
namespace {

constexpr std::string_view kHub = "https://huggingface.co";
constexpr std::string_view kStaging = "https://hub-ci.huggingface.co";

/// What Rust's PathBuf::push and node's path.join make of the two.
std::string joined(std::string_view left, std::string_view right) {
  std::string path(left);
  if (!path.empty() && !path.ends_with('/')) path += '/';
  return path.append(right);
}

CacheLocation found(const CacheLocationRequest& here, std::string_view path, std::string source) {
  const std::string folder = here.working_directory == "/" ? "" : here.working_directory;
  return {.path = lexically_joined(folder, path), .source = std::move(source)};
}

CacheLocationRequest by_client(const CacheLocationRequest& here, CacheClient client) {
  CacheLocationRequest own = here;
  own.flag.reset();
  own.configured.reset();
  own.client = client;
  return own;
}

CacheLocation verbatim(DoctorClient client, const CacheLocationRequest& here) {
  for (const char* name : {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"}) {
    if (const std::string* value = variable_in(here.environment, name)) {
      return found(here, *value, name);
    }
  }
  const std::string source = variable_in(here.environment, "HF_HOME") != nullptr ? "HF_HOME"
                             : variable_in(here.environment, "XDG_CACHE_HOME") != nullptr
                                 ? "XDG_CACHE_HOME"
                                 : "default";
  return found(here, joined(verbatim_home(client, here), "hub"), source);
}

Result<CacheLocation> cache_of(DoctorClient client, const CacheLocationRequest& here) {
  switch (facts_of(client).cache) {
    case CacheRule::python: return locate_cache(by_client(here, CacheClient::python));
    case CacheRule::home: return locate_cache(by_client(here, CacheClient::hf_hub_0));
    case CacheRule::hf_home:
      if (const std::string* home = variable_in(here.environment, "HF_HOME")) {
        return found(here, joined(*home, "hub"), "HF_HOME");
      }
      return locate_cache(by_client(here, CacheClient::hf_hub_0));
    case CacheRule::verbatim: return verbatim(client, here);
  }
  return locate_cache(by_client(here, CacheClient::python));
}

bool is_asked_to_stay_offline(const EnvironmentView& environment) {
  constexpr std::array kNames = {"HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE"};
  return std::ranges::any_of(kNames, [&](const char* name) {
    const std::string* value = variable_in(environment, name);
    return value != nullptr && is_true_for_python(*value);
  });
}

OfflineState offline_of(OfflineRule rule, const EnvironmentView& environment) {
  const auto state = [](bool is_on) { return is_on ? OfflineState::on : OfflineState::off; };
  switch (rule) {
    case OfflineRule::python: return state(is_python_offline(environment));
    case OfflineRule::datasets:
      if (const std::string* own = variable_in(environment, "HF_DATASETS_OFFLINE")) {
        return state(is_true_for_python(*own));
      }
      return state(is_python_offline(environment));
    case OfflineRule::never:
      return is_asked_to_stay_offline(environment) ? OfflineState::deaf : OfflineState::off;
  }
  return OfflineState::off;
}

/// huggingface_hub 2.4.0, constants.py; hf-hub 0.x keeps a final slash, which changes nothing here.
std::string endpoint_of(const ClientFacts& facts, const EnvironmentView& environment) {
  const bool reads = std::ranges::find(facts.reads, "HF_ENDPOINT") != facts.reads.end();
  if (!reads) return std::string(kHub);
  const bool is_python = facts.token == TokenRule::python;
  const std::string* staging = variable_in(environment, "HUGGINGFACE_CO_STAGING");
  if (is_python && staging != nullptr && is_true_for_python(*staging)) return std::string(kStaging);
  const std::string* named = variable_in(environment, "HF_ENDPOINT");
  std::string endpoint = named == nullptr ? std::string(kHub) : *named;
  while (endpoint.ends_with('/')) endpoint.pop_back();
  return endpoint;
}

}  // namespace

std::string_view to_string(OfflineState state) {
  switch (state) {
    case OfflineState::off: return "off";
    case OfflineState::on: return "on";
    case OfflineState::deaf: return "deaf";
  }
  return "";
}

const std::string* variable_in(const EnvironmentView& environment, std::string_view name) {
  const auto found = environment.find(name);
  return found == environment.end() ? nullptr : &found->second;
}

bool is_python_offline(const EnvironmentView& environment) {
  const std::string* own = variable_in(environment, "HF_HUB_OFFLINE");
  if (own != nullptr && !own->empty()) return is_true_for_python(*own);
  const std::string* other = variable_in(environment, "TRANSFORMERS_OFFLINE");
  return other != nullptr && is_true_for_python(*other);
}

std::string verbatim_home(DoctorClient client, const CacheLocationRequest& here) {
  const EnvironmentView& environment = here.environment;
  const std::string* user = variable_in(environment, "HOME");
  std::string home;
  if (const std::string* hf_home = variable_in(environment, "HF_HOME")) {
    home = *hf_home;
  } else if (const std::string* xdg = variable_in(environment, "XDG_CACHE_HOME")) {
    home = joined(*xdg, "huggingface");
  } else if (client == DoctorClient::hf_hub_1) {
    // hf-hub 1.0.0, constants.rs: the text goes before "/.cache", so an empty HOME is the root.
    home = (user == nullptr ? std::string("/tmp") : *user) + "/.cache/huggingface";
  } else {
    // os.homedir() asks the account where HOME is not set, and takes an empty one as it is.
    home = joined(user == nullptr ? here.account_home : *user, ".cache/huggingface");
  }
  return found(here, home, "").path;
}

ClientPlace place_of(DoctorClient client, const CacheLocationRequest& here) {
  const ClientFacts& facts = facts_of(client);
  ClientPlace place{.client = client,
                    .offline = offline_of(facts.offline, here.environment),
                    .endpoint = endpoint_of(facts, here.environment)};
  if (const auto cache = cache_of(client, here)) {
    place.cache = cache->path;
    place.source = cache->source;
  }
  for (const std::string_view name : watched_variables()) {
    if (variable_in(here.environment, name) == nullptr) continue;
    const bool is_read = std::ranges::find(facts.reads, name) != facts.reads.end();
    (is_read ? place.reads : place.ignores).emplace_back(name);
  }
  return place;
}

std::vector<ClientPlace> all_places(const CacheLocationRequest& here) {
  std::vector<ClientPlace> places;
  for (const ClientFacts& facts : client_table()) places.push_back(place_of(facts.client, here));
  return places;
}

}  // namespace hubward
