#include "runner/doctor/ci.h"

#include "verifier/text/json_door.h"
#include "verifier/text/show.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace hubward {
namespace {

std::string_view value_in(const EnvironmentView& environment, std::string_view name) {
  const std::string* value = variable_in(environment, name);
  return value == nullptr ? std::string_view() : *value;
}

bool lies_beneath(std::string_view path, std::string_view folder) {
  while (folder.ends_with('/')) folder.remove_suffix(1);
  return !folder.empty() && path.starts_with(folder) &&
         (path.size() == folder.size() || path[folder.size()] == '/');
}

class Hints {
 public:
  explicit Hints(const CiGround& ground) : ground_(ground), environment_(*ground.environment) {}

  std::vector<CiHint> take() {
    about_token();
    about_stores();
    about_used_clients();
    about_offline();
    return std::move(hints_);
  }

 private:
  void say(std::string_view id, std::string what) { hints_.push_back({id, std::move(what)}); }
  std::string_view value(std::string_view name) const { return value_in(environment_, name); }

  void about_token() {
    if (ci_engine(environment_).empty()) return;
    const auto python =
        std::ranges::find(ground_.tokens, DoctorClient::huggingface_hub, &SentToken::client);
    if (python == ground_.tokens.end() || python->is_present) return;
    const std::string* given = variable_in(environment_, "HF_TOKEN");
    const bool is_empty = given != nullptr && given->empty();
    if (is_from_fork(ground_.event).value_or(false)) {
      say("token-of-fork",
          "this pull request comes from a fork, which is given no secrets: what the cache lacks is "
          "fetched anonymously, by the limits of the runner's address, and gated models not at "
          "all");
    } else if (is_empty) {
      say("token-empty",
          "HF_TOKEN is set to nothing: the secret that the job names is not there, or is not given "
          "to this event");
    } else {
      say("token-not-passed",
          "no token reaches this step: hand it over, as `env: HF_TOKEN: ${{ secrets.HF_TOKEN }}`");
    }
  }

  void about_stores() {
    const std::string_view project = value("CI_PROJECT_DIR");
    if (!value("GITLAB_CI").empty() && !project.empty() && !lies_beneath(ground_.cache, project)) {
      say("cache-outside-project",
          fmt::format("GitLab stores only what lies in the project: the cache does not lie beneath "
                      "{}",
                      show(project, 300)));
    }
    const StoringAnswer& storing = ground_.storing;
    if (storing.storing == Storing::elsewhere) {
      say("workflow-stores-elsewhere",
          fmt::format("no workflow stores this cache: {} stores {}", storing.place, storing.path));
    } else if (storing.storing == Storing::with_token) {
      say("workflow-stores-token",
          fmt::format("{} stores {}, where a login keeps its token: store the hub folder alone",
                      storing.place, storing.path));
    }
    if (ground_.cache_is_our_choice) {
      say("cache-of-hubward",
          "the cache is named to hubward alone: `hubward run` passes it on, and what is started "
          "without it looks elsewhere");
    }
  }

  /// The clients in use beside hubward's own cache.
  void about_used_clients() {
    std::set<DoctorClient> seen;
    for (const UsedClient& used : ground_.used) {
      const ClientPlace& place = ground_.places[static_cast<std::size_t>(used.client)];
      const bool is_rust_0 = facts_of(used.client).token == TokenRule::beside_cache;
      if (place.cache == ground_.cache || !seen.insert(used.client).second) continue;
      const bool is_home_set = variable_in(environment_, "HF_HOME") != nullptr;
      if (is_rust_0 && is_home_set && used.client == DoctorClient::hf_hub_0_new) {
        say("rust-ignores-hf-home",
            fmt::format("HF_HOME is set and {} has hf-hub{}{}: where it is made by Api::new() it "
                        "looks in {} instead",
                        show(used.file, 200), used.version.empty() ? "" : " ", used.version,
                        show(place.cache, 300)));
      } else {
        say("client-looks-elsewhere",
            fmt::format("{} has {}{}{}, which looks in {}, not in this cache", show(used.file, 200),
                        facts_of(used.client).name, used.version.empty() ? "" : " ", used.version,
                        place.cache.empty() ? "no directory at all" : show(place.cache, 300)));
      }
    }
    about_tokens_of_used();
  }

  void about_tokens_of_used() {
    if (value("HF_TOKEN").empty()) return;
    for (const UsedClient& used : ground_.used) {
      if (facts_of(used.client).token != TokenRule::beside_cache) continue;
      const SentToken& sent = ground_.tokens[static_cast<std::size_t>(used.client)];
      if (sent.is_present) continue;
      say("rust-ignores-token",
          fmt::format("HF_TOKEN is set, and hf-hub{}{} of {} reads only a file: `[run] "
                      "bridge_token = true` lays it out while the command is online",
                      used.version.empty() ? "" : " ", used.version, show(used.file, 200)));
      return;
    }
  }

  void about_offline() {
    for (const UsedClient& used : ground_.used) {
      const ClientPlace& place = ground_.places[static_cast<std::size_t>(used.client)];
      if (place.offline != OfflineState::deaf) continue;
      say("deaf-to-offline",
          fmt::format("{}{}{} of {} reads no offline variable: only a whole cache, or `hubward run "
                      "--guard enforce`, keeps it from the network",
                      facts_of(used.client).name, used.version.empty() ? "" : " ", used.version,
                      show(used.file, 200)));
      return;
    }
  }

  const CiGround& ground_;
  const EnvironmentView& environment_;  // both outlive the hints' maker
  std::vector<CiHint> hints_;
};

}  // namespace

std::string_view ci_engine(const EnvironmentView& environment) {
  if (value_in(environment, "GITHUB_ACTIONS") == "true") return "GitHub Actions";
  if (!value_in(environment, "GITLAB_CI").empty()) return "GitLab CI";
  if (!value_in(environment, "BUILDKITE").empty()) return "Buildkite";
  const std::string_view ci = value_in(environment, "CI");
  return ci.empty() || ci == "false" || ci == "0" ? "" : "CI";
}

std::optional<bool> is_from_fork(std::string_view event) {
  const auto json = event.empty() ? fail(ErrorKind::bad_input, "", "") : parse_json(event);
  if (!json) return std::nullopt;
  const JsonValue* pull = json->find("pull_request");
  if (pull == nullptr) return false;
  const auto repo_of = [&](std::string_view side) -> const JsonValue* {
    const JsonValue* branch = pull->find(side);
    const JsonValue* repo = branch == nullptr ? nullptr : branch->find("repo");
    return repo == nullptr ? nullptr : repo->find("full_name");
  };
  const JsonValue* head = repo_of("head");
  const JsonValue* base = repo_of("base");
  // The head of a fork that has been deleted has no repo.
  if (base == nullptr || base->string() == nullptr) return std::nullopt;
  return head == nullptr || head->string() == nullptr || *head->string() != *base->string();
}

std::vector<CiHint> ci_hints(const CiGround& ground) { return Hints(ground).take(); }

}  // namespace hubward
