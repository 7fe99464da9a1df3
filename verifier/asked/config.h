// hubward.toml, parsed. The file may be edited by a pull request, so nothing here is a secret and
// nothing here may direct one: see docs/configuration.md.
#pragma once

#include <hubward/report.h>
#include <hubward/result.h>
#include <hubward/verify.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

enum class OnIncomplete : unsigned char { fetch, online, fail };
enum class OnFetchFailure : unsigned char { automatic, online, fail };
enum class GuardMode : unsigned char { off, observe, enforce };
/// By which mechanism; automatic takes the first that holds.
enum class GuardWith : unsigned char { automatic, seccomp, netns };

struct CacheConfig {
  CacheClient client = CacheClient::python;
  std::optional<std::string> dir;  ///< as written; relative to the configuration file
  std::vector<std::string> allow_roots;

  bool operator==(const CacheConfig&) const = default;
};

struct VerifyConfig {
  Level level = Level::content;
  Basis require = Basis::assumed;
  std::optional<bool> ledger;  ///< nullopt: but where CI is set
  std::optional<std::chrono::seconds> recheck_after;

  bool operator==(const VerifyConfig&) const = default;
};

struct FetchConfig {
  std::optional<std::string> endpoint;  ///< never receives the token
  int parallel = 8;
  int retries = 6;
  std::chrono::seconds deadline{15 * 60};
  std::vector<std::string> command;  ///< empty: the built-in downloader

  bool operator==(const FetchConfig&) const = default;
};

struct RunConfig {
  std::vector<std::string> command;
  OnIncomplete on_incomplete = OnIncomplete::fetch;
  OnFetchFailure on_fetch_failure = OnFetchFailure::automatic;
  std::optional<std::chrono::seconds> timeout;
  bool bridge_token = false;
  std::map<std::string, std::string> env;  ///< never a key that a mode sets

  bool operator==(const RunConfig&) const = default;
};

struct GuardConfig {
  GuardMode mode = GuardMode::off;
  GuardWith with = GuardWith::automatic;
  std::vector<std::string> allow;  ///< networks, CIDR

  bool operator==(const GuardConfig&) const = default;
};

struct KeyConfig {
  std::string prefix = "huggingface-models";
  int version = 1;

  bool operator==(const KeyConfig&) const = default;
};

struct Config {
  std::string path;  ///< of the file; empty when there is none
  std::optional<std::string> manifest;
  std::optional<std::string> lock;
  CacheConfig cache;
  VerifyConfig verify;
  FetchConfig fetch;
  RunConfig run;
  GuardConfig guard;
  KeyConfig key;

  bool operator==(const Config&) const = default;
};

inline constexpr std::size_t kMaxConfigBytes = std::size_t{1024} * 1024;

/// Reads hubward.toml's text.
///
/// A syntax error is reported alone (the first one); else all semantic errors at once, each
/// "FILE:LINE:COL: error: …", joined by newlines in Error::what. An unknown key names the nearest
/// known one.
/// Errors: bad_input. Thread safety: pure.
Result<Config> parse_config(std::string_view text, const std::string& path);

}  // namespace hubward
