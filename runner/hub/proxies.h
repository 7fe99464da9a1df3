// Which proxy stands between us and a URL, by the environment's word. Decided here and not by
// libcurl, which would not say whether it used one: behind a proxy the address that we connect to
// is the proxy's own, and whose the name at the other end is only the proxy knows. Pure. Source:
// the rules of curl 7.88 (lib/url.c, lib/noproxy.c).
#pragma once

#include "runner/hub/url.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

class Proxies {
 public:
  Proxies() = default;
  /// `http_proxy` (in small letters alone: a CGI server sets the other one from a request),
  /// `https_proxy`, `all_proxy`, `no_proxy` and their capitals.
  /// @param environment  "NAME=value"
  explicit Proxies(std::span<const std::string> environment);

  /// As the environment has it; empty: none. Borrowed.
  std::string_view for_url(const Url& url) const;

 private:
  std::string http_;
  std::string https_;
  std::vector<std::string> exceptions_;  ///< in small letters, without dots around
};

}  // namespace hubward
