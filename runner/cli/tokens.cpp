#include "runner/cli/tokens.h"

#include "runner/cli/text_file.h"
#include "runner/launch/token.h"

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

}  // namespace

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
