#include "runner/launch/environment.h"

#include "verifier/text/show.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace hubward {
namespace {

struct Change {
  std::string name;
  std::optional<std::string> value;  ///< nullopt: removed
};

Change set(std::string_view name, std::string_view value) {
  return Change{std::string(name), std::string(value)};
}
Change remove(std::string_view name) { return Change{std::string(name), std::nullopt}; }

// Each closes a hole: Python honours HF_HUB_OFFLINE, but hf_xet and the update check have their own
// network stacks, and with HF_OIDC_RESOURCE set even a cached file asks for a token first.
// Source: hub-cache-format 6.1, 6.3; huggingface_hub 1.x, constants.py, _oidc.py.
std::vector<Change> offline_changes() {
  std::vector<Change> changes;
  for (const std::string_view name :
       {"HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE", "HF_HUB_DISABLE_XET",
        "HF_HUB_DISABLE_TELEMETRY", "HF_HUB_DISABLE_UPDATE_CHECK",
        "HF_HUB_DISABLE_IMPLICIT_TOKEN"}) {
    changes.push_back(set(name, "1"));
  }
  changes.push_back(set("HUBWARD_MODE", "offline"));
  for (const std::string_view name :
       {"HF_OIDC_RESOURCE", "HF_OIDC_ID_TOKEN", "HUGGINGFACE_CO_STAGING"}) {
    changes.push_back(remove(name));
  }
  return changes;
}

std::vector<Change> online_changes() {
  std::vector<Change> changes;
  for (const std::string_view name : {"HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE",
                                      "HF_DATASETS_OFFLINE", "HF_HUB_DISABLE_IMPLICIT_TOKEN"}) {
    changes.push_back(remove(name));
  }
  changes.push_back(set("HUBWARD_MODE", "online"));
  return changes;
}

// HF_HOME is the only variable that hf-hub 0.x's from_env() reads, and it appends "/hub": it can be
// served exactly when the cache is some directory's "hub". Source: hub-cache-format 1.1, 1.4.
void add_cache_changes(const EnvironmentRequest& request, std::vector<Change>& changes) {
  const std::string_view cache_dir = *request.cache_dir;
  changes.push_back(set("HF_HUB_CACHE", cache_dir));
  changes.push_back(set("HUGGINGFACE_HUB_CACHE", cache_dir));
  constexpr std::string_view kTail = "/hub";
  if (cache_dir.ends_with(kTail) && cache_dir.size() > kTail.size()) {
    changes.push_back(set("HF_HOME", cache_dir.substr(0, cache_dir.size() - kTail.size())));
    if (request.login_file && request.mode == Mode::online) {
      changes.push_back(set("HF_TOKEN_PATH", *request.login_file));
    }
  }
}

std::vector<Change> changes_for(const EnvironmentRequest& request) {
  std::vector<Change> changes;
  switch (request.mode) {
    case Mode::offline:
      changes = offline_changes();
      if (request.drop_token) {
        changes.push_back(remove("HF_TOKEN"));
        changes.push_back(remove("HUGGING_FACE_HUB_TOKEN"));
      }
      break;
    case Mode::online: changes = online_changes(); break;
    case Mode::refuse: return changes;
  }
  if (request.cache_dir) add_cache_changes(request, changes);
  for (const auto& entry : request.run_env) changes.push_back(set(entry.first, entry.second));
  return changes;
}

bool names(std::string_view entry, std::string_view name) {
  return entry.size() > name.size() && entry[name.size()] == '=' && entry.starts_with(name);
}

void apply(const Change& change, EnvironmentList& list) {
  bool placed = !change.value.has_value();
  EnvironmentList result;
  result.reserve(list.size() + 1);
  for (std::string& entry : list) {
    if (!names(entry, change.name)) {
      result.push_back(std::move(entry));
    } else if (!placed) {
      result.push_back(change.name + "=" + *change.value);
      placed = true;
    }
  }
  if (!placed) result.push_back(change.name + "=" + *change.value);
  list = std::move(result);
}

bool equal_ignoring_case(std::string_view text, std::string_view upper) {
  return std::equal(text.begin(), text.end(), upper.begin(), upper.end(), [](char a, char b) {
    return std::toupper(static_cast<unsigned char>(a)) == static_cast<unsigned char>(b);
  });
}

bool may_be_secret(std::string_view name) {
  for (const std::string_view word : {"TOKEN", "SECRET", "PASSWORD", "KEY"}) {
    if (name.find(word) != std::string_view::npos && !name.starts_with("HF_HUB_DISABLE_"))
      return true;
  }
  return false;
}

}  // namespace

EnvironmentList environment_for(std::span<const std::string> inherited,
                                const EnvironmentRequest& request) {
  EnvironmentList list(inherited.begin(), inherited.end());
  for (const Change& change : changes_for(request)) apply(change, list);
  return list;
}

std::vector<std::string> environment_changes(const EnvironmentRequest& request) {
  std::vector<std::string> lines;
  for (const Change& change : changes_for(request)) {
    if (!change.value) {
      lines.push_back(change.name + " removed");
    } else {
      lines.push_back(change.name + "=" +
                      (may_be_secret(change.name) ? "***" : show(*change.value)));
    }
  }
  return lines;
}

std::optional<std::string_view> value_of(std::span<const std::string> environment,
                                         std::string_view name) {
  for (const std::string& entry : environment) {
    if (names(entry, name)) return std::string_view(entry).substr(name.size() + 1);
  }
  return std::nullopt;
}

bool is_true_for_python(std::string_view value) {
  return equal_ignoring_case(value, "1") || equal_ignoring_case(value, "ON") ||
         equal_ignoring_case(value, "YES") || equal_ignoring_case(value, "TRUE");
}

std::optional<std::string_view> offline_variable(std::span<const std::string> environment) {
  for (const std::string_view name : {"HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"}) {
    const std::string_view value = value_of(environment, name).value_or("");
    if (value.empty()) continue;
    return is_true_for_python(value) ? std::optional(name) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace hubward
