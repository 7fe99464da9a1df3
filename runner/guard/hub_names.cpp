#include "runner/guard/hub_names.h"

#include "runner/guard/dns_message.h"

#include <algorithm>
#include <utility>

namespace hubward {
namespace {

// All that the clients talk to lies below these two: the Hub, and since 2024 the CDN
// (cdn-lfs.hf.co, us.aws.cdn.hf.co) and Xet (cas-server.xethub.hf.co); before that the CDN was
// cdn-lfs.huggingface.co. Source: huggingface_hub 1.x, constants.py; the Hub's own redirects.
constexpr std::string_view kDomains[] = {"huggingface.co", "hf.co"};

std::string lowered(std::string_view text) {
  std::string low(text);
  std::ranges::transform(low, low.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  while (low.ends_with('.')) low.pop_back();
  return low;
}

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  while (true) {
    const std::size_t begin = line.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) return words;
    line.remove_prefix(begin);
    const std::size_t end = std::min(line.find_first_of(" \t\r"), line.size());
    words.emplace_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

}  // namespace

HubNames::HubNames(std::string_view endpoint_host, std::vector<std::string> search_domains)
    : domains_(std::begin(kDomains), std::end(kDomains)), search_(std::move(search_domains)) {
  std::string own = lowered(endpoint_host);
  if (!own.empty()) domains_.push_back(std::move(own));
}

bool HubNames::is_one(std::string_view host) const {
  return std::ranges::any_of(domains_,
                             [&](const std::string& domain) { return is_within(host, domain); });
}

std::optional<std::string> HubNames::meant(std::string_view host) const {
  if (is_one(host)) return std::string(host);
  for (const std::string& domain : search_) {
    if (host.size() <= domain.size() || !is_within(host, domain)) continue;
    const std::string_view head = host.substr(0, host.size() - domain.size() - 1);
    if (is_one(head)) return std::string(head);
  }
  return std::nullopt;
}

std::vector<std::string> search_domains_in(std::string_view resolv_conf, std::string_view machine) {
  std::vector<std::string> domains;
  bool is_said = false;
  while (!resolv_conf.empty()) {
    const std::size_t end = std::min(resolv_conf.find('\n'), resolv_conf.size());
    std::vector<std::string> words = words_of(resolv_conf.substr(0, end));
    resolv_conf.remove_prefix(std::min(end + 1, resolv_conf.size()));
    if (words.size() < 2 || (words[0] != "search" && words[0] != "domain")) continue;
    is_said = true;
    if (words[0] == "domain") words.resize(2);
    domains.clear();
    for (std::size_t i = 1; i < words.size(); ++i) domains.push_back(lowered(words[i]));
  }
  const std::size_t dot = machine.find('.');
  if (!is_said && dot != std::string_view::npos) {
    domains.push_back(lowered(machine.substr(dot + 1)));
  }
  std::erase(domains, "");
  return domains;
}

}  // namespace hubward
