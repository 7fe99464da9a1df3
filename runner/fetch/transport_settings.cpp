#include "runner/fetch/transport_settings.h"

#include <charconv>

namespace hubward {
namespace {

constexpr int kMostStall = 3600;

}  // namespace

std::optional<std::string> inherited_value(std::span<const std::string> environment,
                                           std::string_view name) {
  for (const std::string& entry : environment) {
    if (entry.starts_with(name) && entry.size() > name.size() && entry[name.size()] == '=') {
      return entry.substr(name.size() + 1);
    }
  }
  return std::nullopt;
}

TransportOptions transport_options(std::span<const std::string> environment) {
  TransportOptions options{.proxies = Proxies(environment)};
  int seconds = 0;
  const std::string stall = inherited_value(environment, "HF_HUB_DOWNLOAD_TIMEOUT").value_or("");
  const char* end = stall.data() + stall.size();
  const auto [stop, error] = std::from_chars(stall.data(), end, seconds);
  if (error == std::errc() && stop == end && seconds > 0 && seconds <= kMostStall) {
    options.stall = std::chrono::seconds(seconds);
  }
  // As the clients' own libraries: httpx reads SSL_CERT_FILE, requests and curl the others.
  for (const char* name : {"SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"}) {
    auto file = inherited_value(environment, name);
    if (options.ca_file || !file || file->empty()) continue;
    options.ca_file = std::move(*file);
  }
  return options;
}

}  // namespace hubward
