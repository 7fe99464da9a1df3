// Which names are the Hub's. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

class HubNames {
 public:
  /// @param endpoint_host   of HF_ENDPOINT; empty when it is not set
  /// @param search_domains  that a resolver hangs onto a name which it did not find
  HubNames(std::string_view endpoint_host, std::vector<std::string> search_domains);

  /// The Hub's name that was meant by a name as in DnsQuestion::host: itself, or without a search
  /// domain; nullopt when it is none. "nothf.co" is none, nor is "huggingface.co" within one label.
  std::optional<std::string> meant(std::string_view host) const;

 private:
  bool is_one(std::string_view host) const;

  std::vector<std::string> domains_;
  std::vector<std::string> search_;
};

/// The search domains of a resolv.conf, lowercase, without dots at their ends: the last line of
/// `search` or `domain` counts; without one what is behind the first dot of the machine's own name.
/// Source: resolv.conf(5), glibc 2.36.
std::vector<std::string> search_domains_in(std::string_view resolv_conf, std::string_view machine);

}  // namespace hubward
