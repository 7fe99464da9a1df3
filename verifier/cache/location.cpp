// A cache that hubward finds by other rules than the client is a proof about the wrong directory,
// so the client's expressions are followed to the letter: also where an empty variable counts as
// set, or a value is expanded twice.
#include "verifier/cache/location.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace hubward {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::string join(std::string_view left, std::string_view right) {
  std::string path(left);
  if (!path.empty() && path.back() != '/') path += '/';
  return path.append(right);
}

/// Without empty, "." and ".." parts.
std::string lexically_normal(std::string_view absolute) {
  std::vector<std::string_view> parts;
  while (!absolute.empty()) {
    const std::size_t slash = absolute.find('/');
    const std::string_view part = absolute.substr(0, slash);
    absolute.remove_prefix(slash == std::string_view::npos ? absolute.size() : slash + 1);
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (!parts.empty()) {
      parts.pop_back();
    }
  }
  std::string path;
  for (const std::string_view part : parts) path.append("/").append(part);
  return path.empty() ? "/" : path;
}

/// Python's posixpath.expandvars: $NAME and ${NAME}; unknown names stay as written, and a value is
/// not looked through again.
std::string expand_variables(std::string_view text, const EnvironmentView& environment) {
  std::string out;
  while (!text.empty()) {
    const std::size_t dollar = text.find('$');
    out.append(text.substr(0, dollar));
    if (dollar == std::string_view::npos) break;
    text.remove_prefix(dollar);

    std::string_view name;
    std::size_t length = 1;
    if (text.substr(1).starts_with('{')) {
      const std::size_t end = text.find('}');
      if (end != std::string_view::npos) {
        name = text.substr(2, end - 2);
        length = end + 1;
      }
    } else {
      while (length < text.size() && is_word(text[length])) ++length;
      name = text.substr(1, length - 1);
    }
    const auto found = name.empty() ? environment.end() : environment.find(name);
    out.append(found == environment.end() ? text.substr(0, length)
                                          : std::string_view(found->second));
    text.remove_prefix(length);
  }
  return out;
}

class Rules {
 public:
  explicit Rules(const CacheLocationRequest& request) : request_(request) {}

  Result<CacheLocation> python() const;
  Result<std::string> python_token() const;
  Result<CacheLocation> hf_hub_0() const;
  CacheLocation found(std::string_view path, std::string source) const;

 private:
  const std::string* variable(std::string_view name) const;
  Result<std::string> expand(std::string_view text) const;
  Result<CacheLocation> python_home() const;

  const CacheLocationRequest& request_;  // outlives this: both live within locate_cache
};

const std::string* Rules::variable(std::string_view name) const {
  const auto found = request_.environment.find(name);
  return found == request_.environment.end() ? nullptr : &found->second;
}

tl::unexpected<Error> no_home() {
  return fail(ErrorKind::usage, "", "no home directory: HOME is not set and the account has none");
}

/// What stands for "~" or "~name"; nullopt when the account is not known, which leaves the text as
/// it is written.
Result<std::optional<std::string>> home_named(std::string_view tilde,
                                              const CacheLocationRequest& request) {
  if (tilde != "~") {
    if (!request.home_of) return std::optional<std::string>();
    return request.home_of(std::string(tilde.substr(1)));
  }
  const auto set = request.environment.find("HOME");  // set and empty is the root directory
  if (set != request.environment.end()) return std::optional<std::string>(set->second);
  if (request.account_home.empty()) return no_home();
  return std::optional<std::string>(request.account_home);
}

Result<std::string> Rules::expand(std::string_view text) const {
  HUBWARD_TRY(const std::string path, expand_user(text, request_));
  return expand_variables(path, request_.environment);
}

CacheLocation Rules::found(std::string_view path, std::string source) const {
  const bool absolute = path.starts_with('/');
  return {.path = lexically_normal(absolute ? std::string(path)
                                            : join(request_.working_directory + "/", path)),
          .source = std::move(source)};
}

// huggingface_hub 1.x, constants.py: HF_HOME is expanded once for itself and, as the default of
// HF_HUB_CACHE, once more.
Result<CacheLocation> Rules::python() const {
  for (const char* name : {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"}) {
    const std::string* value = variable(name);
    if (value == nullptr) continue;
    HUBWARD_TRY(const std::string path, expand(*value));
    return found(path, name);
  }
  HUBWARD_TRY(const CacheLocation home, python_home());
  HUBWARD_TRY(const std::string twice, expand(join(home.path, "hub")));
  return found(twice, home.source);
}

/// HF_HOME once expanded, not yet absolute.
Result<CacheLocation> Rules::python_home() const {
  CacheLocation home;
  if (const std::string* hf_home = variable("HF_HOME")) {
    home = {*hf_home, "HF_HOME"};
  } else if (const std::string* xdg = variable("XDG_CACHE_HOME")) {
    home = {join(*xdg, "huggingface"), "XDG_CACHE_HOME"};
  } else {
    HUBWARD_TRY(const std::string user, expand_user("~", request_));
    home = {join(user, ".cache/huggingface"), "default"};
  }
  HUBWARD_TRY(home.path, expand(home.path));
  return home;
}

Result<std::string> Rules::python_token() const {
  std::string path;
  if (const std::string* named = variable("HF_TOKEN_PATH")) {
    path = *named;
  } else {
    HUBWARD_TRY(const CacheLocation home, python_home());
    path = join(home.path, "token");
  }
  HUBWARD_TRY(const std::string expanded, expand(path));
  return found(expanded, "").path;
}

// hf-hub 0.5, src/lib.rs (Cache::default) by dirs::home_dir, to which an empty HOME is no home.
Result<CacheLocation> Rules::hf_hub_0() const {
  const std::string* set = variable("HOME");
  const std::string& home = set != nullptr && !set->empty() ? *set : request_.account_home;
  if (home.empty()) return no_home();
  return found(join(home, ".cache/huggingface/hub"), "default");
}

}  // namespace

Result<CacheLocation> locate_cache(const CacheLocationRequest& request) {
  const Rules rules(request);
  if (request.flag) {
    const std::string source = request.flag_is_from_environment ? "HUBWARD_CACHE_DIR" : "flag";
    if (!request.flag->empty()) return rules.found(*request.flag, source);
    return fail(ErrorKind::usage, request.flag_is_from_environment ? source : "--cache-dir",
                "the name of the cache directory is empty");
  }
  if (request.configured) return rules.found(*request.configured, "config");
  switch (request.client) {
    case CacheClient::python: return rules.python();
    case CacheClient::hf_hub_0: return rules.hf_hub_0();
  }
  return rules.python();
}

Result<std::string> locate_token(const CacheLocationRequest& request) {
  return Rules(request).python_token();
}

Result<std::string> expand_user(std::string_view text, const CacheLocationRequest& request) {
  if (!text.starts_with('~')) return std::string(text);
  const std::size_t end = std::min(text.find('/'), text.size());
  HUBWARD_TRY(std::optional<std::string> home, home_named(text.substr(0, end), request));
  if (!home) return std::string(text);
  while (home->ends_with('/')) home->pop_back();
  home->append(text.substr(end));
  return home->empty() ? "/" : *home;
}

}  // namespace hubward
