// Every token that a client would find from here, so that none of them is ever printed.
#pragma once

#include "runner/cli/surroundings.h"
#include "runner/run_download.h"
#include "verifier/asked/config.h"
#include <hubward/result.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hubward {

/// Those of the environment, and of the files in which a login keeps one: huggingface_hub's, and
/// hf-hub 0.x's, which reads the one beneath HOME whatever the variables say. Cleaned, none twice.
/// A file that cannot be read, or is no plain file, holds none.
std::vector<std::string> tokens_of(const Surroundings& surroundings);

/// The file of a login, where it lies by HF_HOME or its default and not by a name of its own.
std::optional<std::string> login_file_of(const Surroundings& surroundings);

/// The one that is sent to the Hub: HF_TOKEN, its older name, or the file that a login has written;
/// none where HF_HUB_DISABLE_IMPLICIT_TOKEN says so. Source: hub-cache-format 5.
/// Errors: usage, for a token with a line break in it, which is two things at once.
Result<std::optional<std::string>> token_to_send(const Surroundings& surroundings);

/// `[run] bridge_token`, with the token that would be sent.
BridgeWish bridge_wish(const Config& config, const Surroundings& surroundings);

/// Removes a token that a killed run had laid out, from this process's HOME and from that of
/// `[run.env]`, and says so.
void take_away_leftover_tokens(const Surroundings& surroundings,
                               const std::map<std::string, std::string>& run_env);

/// How the rules about places are asked from here.
CacheLocationRequest location_request(const Surroundings& surroundings);

}  // namespace hubward
