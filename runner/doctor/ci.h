// What goes wrong with models in a CI job and can be told from its environment: a fork that gets no
// secret, a cache that the engine cannot store, a variable that the extension in use does not read.
// Pure.
#pragma once

#include "runner/doctor/dependencies.h"
#include "runner/doctor/places.h"
#include "runner/doctor/tokens.h"
#include "runner/doctor/workflows.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

/// `id` is in JSON and never reused.
struct CiHint {
  std::string_view id;
  std::string what;  ///< a sentence, safe for eyes
};

struct CiGround {
  const EnvironmentView* environment = nullptr;
  std::string cache;  ///< hubward's own, absolute
  bool cache_is_our_choice = false;
  std::span<const ClientPlace> places;
  std::span<const SentToken> tokens;
  std::span<const UsedClient> used;
  StoringAnswer storing;
  std::string event;  ///< the text behind GITHUB_EVENT_PATH; empty when there is none
};

/// "GitHub Actions", "GitLab CI", "Buildkite", "CI" where only that is known; empty: none.
std::string_view ci_engine(const EnvironmentView& environment);

/// Whether the event is a pull request from another repository; nullopt: it does not say.
std::optional<bool> is_from_fork(std::string_view event);

/// In the order in which they should be looked at.
std::vector<CiHint> ci_hints(const CiGround& ground);

}  // namespace hubward
