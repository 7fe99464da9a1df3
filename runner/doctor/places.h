// Where each client will look from here, and what it makes of the variables that are set: one and
// the same environment sends them to different directories. Pure but for home_of.
#pragma once

#include "runner/doctor/clients.h"
#include "verifier/cache/location.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

/// off: nobody asks it to. deaf: somebody does, and it reads no such variable.
enum class OfflineState : std::uint8_t { off, on, deaf };
std::string_view to_string(OfflineState state);

struct ClientPlace {
  DoctorClient client = DoctorClient::huggingface_hub;
  /// Absolute, lexically normal; empty where the client finds no home and gives up.
  std::string cache;
  std::string source;  ///< as CacheLocation::source
  OfflineState offline = OfflineState::off;
  std::vector<std::string> reads;    ///< watched variables that are set, and that it reads
  std::vector<std::string> ignores;  ///< watched variables that are set, and that it never looks at
  std::string endpoint;              ///< as the client would use it, raw; empty where it is broken
};

/// The client's rules alone: flags and hubward.toml do not move it.
/// @param here  `flag`, `configured` and `client` of it are passed over
ClientPlace place_of(DoctorClient client, const CacheLocationRequest& here);
/// All of them, in the order of the table.
std::vector<ClientPlace> all_places(const CacheLocationRequest& here);

/// Its value, which may be nothing; nullptr: not set. Borrowed.
const std::string* variable_in(const EnvironmentView& environment, std::string_view name);
/// HF_HUB_OFFLINE or, where that is unset or empty, TRANSFORMERS_OFFLINE.
bool is_python_offline(const EnvironmentView& environment);
/// HF_HOME of a client that expands nothing: it, XDG_CACHE_HOME/huggingface, the home's own.
/// Absolute.
std::string verbatim_home(DoctorClient client, const CacheLocationRequest& here);

}  // namespace hubward
