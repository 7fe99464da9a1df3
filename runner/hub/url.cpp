#include "runner/hub/url.h"

#include "runner/hub/address.h"
#include "verifier/text/show.h"

#include <fmt/core.h>

#include <arpa/inet.h>

#include <algorithm>

namespace hubward {
namespace {

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

std::string lowered(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), lower);
  return result;
}

bool is_unreserved(char letter) {
  const char small = lower(letter);
  return (small >= 'a' && small <= 'z') || (letter >= '0' && letter <= '9') || letter == '-' ||
         letter == '.' || letter == '_' || letter == '~';
}

/// Servers send spaces and UTF-8 as they are; control bytes none that means well.
std::optional<std::string> cleaned(std::string_view text) {
  std::string result;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (byte < 0x20 || byte == 0x7f) return std::nullopt;
    if (byte == 0x20 || byte >= 0x80) {
      result += fmt::format("%{:02X}", byte);
    } else {
      result += letter;
    }
  }
  return result;
}

std::optional<std::string> host_of(std::string_view authority) {
  std::string_view host = authority;
  std::string_view port;
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    host = authority.substr(1, end - 1);
    port = authority.substr(end + 1);
  } else if (const std::size_t colon = authority.find(':'); colon != std::string_view::npos) {
    host = authority.substr(0, colon);
    port = authority.substr(colon);
  }
  const bool port_is_sound =
      port.empty() || (port.front() == ':' && port.size() <= 6 &&
                       std::all_of(port.begin() + 1, port.end(),
                                   [](char digit) { return digit >= '0' && digit <= '9'; }));
  const bool host_is_sound =
      std::ranges::all_of(host, [](char letter) { return is_unreserved(letter) || letter == ':'; });
  if (host.empty() || !port_is_sound || !host_is_sound) return std::nullopt;
  return std::string(host);
}

}  // namespace

std::optional<Url> Url::parse(std::string_view text) {
  auto clean = cleaned(text.substr(0, text.find('#')));
  if (!clean || clean->size() > kMaxUrlBytes) return std::nullopt;
  const std::size_t colon = clean->find("://");
  if (colon == std::string::npos) return std::nullopt;
  const std::string scheme = lowered(clean->substr(0, colon));
  if (scheme != "http" && scheme != "https") return std::nullopt;
  const std::size_t begin = colon + 3;
  const std::size_t end = std::min(clean->find_first_of("/?", begin), clean->size());
  const std::string authority = lowered(clean->substr(begin, end - begin));
  const auto host = host_of(authority);
  if (!host) return std::nullopt;
  Url url;
  url.origin_ = scheme + "://" + authority;
  const std::string rest = clean->substr(end);
  url.text_ = url.origin_ + (rest.starts_with('/') ? "" : "/") + rest;
  url.host_ = *host;
  return url;
}

std::optional<Url> Url::resolved(std::string_view reference) const {
  if (reference.find("://") < reference.find_first_of("/?")) return parse(reference);
  if (reference.starts_with("//"))
    return parse(origin_.substr(0, origin_.find('/')) + std::string(reference));
  if (reference.starts_with('/')) return parse(origin_ + std::string(reference));
  const std::string without_query = text_.substr(0, text_.find('?'));
  if (reference.starts_with('?')) return parse(without_query + std::string(reference));
  return parse(without_query.substr(0, without_query.rfind('/') + 1) + std::string(reference));
}

std::string Url::shown() const { return show(text_.substr(0, text_.find('?')), 500); }

bool is_loopback_host(std::string_view host) {
  if (host == "localhost" || host.ends_with(".localhost") || host == "::1") return true;
  struct in_addr v4 = {};
  if (host.starts_with("::ffff:")) host.remove_prefix(7);
  return ::inet_pton(AF_INET, std::string(host).c_str(), &v4) == 1 &&
         ntohl(v4.s_addr) >> 24U == 127;
}

bool is_private_host(std::string_view host) {
  return is_loopback_host(host) || is_private_literal(host).value_or(false);
}

std::optional<std::string> fault_of_step(const Url& from, const Url& to, From whence) {
  if (from.is_https() && !to.is_https()) return "from https to http, to " + to.shown();
  if (whence == From::public_host && is_private_host(to.host())) {
    return "from a public host to a private one, to " + to.shown();
  }
  return std::nullopt;
}

std::string percent_encode(std::string_view text, Slash slash) {
  std::string result;
  for (const char letter : text) {
    if (is_unreserved(letter) || (letter == '/' && slash == Slash::keep)) {
      result += letter;
    } else {
      result += fmt::format("%{:02X}", static_cast<unsigned char>(letter));
    }
  }
  return result;
}

}  // namespace hubward
