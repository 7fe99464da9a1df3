#include "runner/cli/tokens.h"

#include "runner/cli/stderr_page.h"
#include "runner/cli/text_file.h"
#include "runner/launch/bridged_token.h"
#include "runner/launch/environment.h"
#include "runner/launch/token.h"
#include "verifier/text/show.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace hubward {
namespace {

constexpr std::size_t kMaxTokenBytes = std::size_t{64} * 1024;

std::vector<std::string> token_files(const Surroundings& surroundings) {
  const CacheLocationRequest request = location_request(surroundings);
  std::vector<std::string> files;
  if (auto path = locate_token(request)) files.push_back(std::move(*path));
  if (const auto home = expand_user("~/.cache/huggingface/token", request)) files.push_back(*home);
  return files;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

Result<std::optional<std::string>> one_token(std::string_view text, const std::string& where) {
  const std::string_view token = trimmed(text);
  if (token.empty()) return std::optional<std::string>();
  if (token.find_first_of("\r\n") != std::string_view::npos) {
    return fail(ErrorKind::usage, where, "the token holds a line break");
  }
  return std::optional<std::string>(token);
}

bool says_yes(const EnvironmentView& variables, std::string_view name) {
  const auto found = variables.find(name);
  if (found == variables.end()) return false;
  std::string upper = found->second;
  std::ranges::transform(upper, upper.begin(), [](char letter) {
    return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
  });
  return upper == "1" || upper == "ON" || upper == "YES" || upper == "TRUE";
}

}  // namespace

Result<std::optional<std::string>> token_to_send(const Surroundings& surroundings) {
  if (says_yes(surroundings.variables, "HF_HUB_DISABLE_IMPLICIT_TOKEN")) {
    return std::optional<std::string>();
  }
  for (const char* name : {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"}) {
    const auto found = surroundings.variables.find(name);
    if (found == surroundings.variables.end() || found->second.empty()) continue;
    HUBWARD_TRY(auto token, one_token(found->second, name));
    if (token) return token;
    break;  // white space hides the older name, and leads to the file
  }
  const auto file = locate_token(location_request(surroundings));
  if (!file || !is_file_there(*file)) return std::optional<std::string>();
  const auto text = read_text_file(*file, kMaxTokenBytes);
  if (!text) return std::optional<std::string>();
  return one_token(*text, show(*file));
}

BridgeWish bridge_wish(const Config& config, const Surroundings& surroundings) {
  BridgeWish wish{.is_wanted = config.run.bridge_token, .account_home = surroundings.account_home};
  // What is wrong with a token is said by those who send it.
  if (auto token = token_to_send(surroundings); token && wish.is_wanted) wish.token = *token;
  return wish;
}

void take_away_leftover_tokens(const Surroundings& surroundings,
                               const std::map<std::string, std::string>& run_env) {
  std::vector<std::string> homes = {
      std::string(value_of(surroundings.environment, "HOME").value_or(surroundings.account_home))};
  if (const auto home = run_env.find("HOME"); home != run_env.end()) homes.push_back(home->second);
  for (const std::string& home : homes) {
    if (home.empty() || !take_away_leftover(home)) continue;
    say_on_page(fmt::format("hubward: took away {}, which a run that was killed had left\n",
                            show(bridged_token_path(home), 300)));
  }
}

CacheLocationRequest location_request(const Surroundings& surroundings) {
  CacheLocationRequest request;
  request.environment = surroundings.variables;
  request.working_directory = surroundings.working_directory;
  request.account_home = surroundings.account_home;
  request.home_of = surroundings.home_of;
  return request;
}

std::optional<std::string> login_file_of(const Surroundings& surroundings) {
  if (surroundings.variables.contains("HF_TOKEN_PATH")) return std::nullopt;
  const auto path = locate_token(location_request(surroundings));
  if (!path || !is_file_there(*path)) return std::nullopt;
  return *path;
}

std::vector<std::string> tokens_of(const Surroundings& surroundings) {
  std::vector<std::string> tokens = all_tokens_in(surroundings.environment);
  for (const std::string& file : token_files(surroundings)) {
    if (!is_file_there(file)) continue;
    const auto text = read_text_file(file, kMaxTokenBytes);
    if (!text) continue;
    if (auto token = cleaned_token(*text)) tokens.push_back(std::move(*token));
  }
  std::vector<std::string> once;
  for (std::string& token : tokens) {
    if (std::ranges::find(once, token) == once.end()) once.push_back(std::move(token));
  }
  return once;
}

}  // namespace hubward
