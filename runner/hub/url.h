// A URL that may be asked: http or https, a host, and no byte that could end a request line early.
// Where a redirect leads comes from the other side, so it is judged here before anyone follows it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hubward {

/// Made by parsing only; a value.
class Url {
 public:
  /// Absolute, http or https; a fragment is dropped. nullopt: another scheme, no host, a user or
  /// password in it, control bytes, or more than kMaxUrlBytes.
  static std::optional<Url> parse(std::string_view text);

  /// Where a `Location` or a `Link` seen at this URL leads; nullopt as in parse.
  std::optional<Url> resolved(std::string_view reference) const;

  const std::string& text() const { return text_; }
  /// "https://host:port", in lower case.
  const std::string& origin() const { return origin_; }
  /// Without brackets, in lower case.
  const std::string& host() const { return host_; }
  /// For people: without the query, in which signatures stand.
  std::string shown() const;
  bool is_https() const { return origin_.starts_with("https:"); }

 private:
  Url() = default;
  std::string text_;
  std::string origin_;
  std::string host_;
};
inline constexpr std::size_t kMaxUrlBytes = std::size_t{16} * 1024;

/// 127.0.0.0/8, ::1 and localhost.
bool is_loopback_host(std::string_view host);
/// Those, and the literal addresses of address.h. A name may lead to such an address too, which
/// only shows when it is connected to.
bool is_private_host(std::string_view host);

/// Whether whoever sends us on is itself at a private address, whatever its name.
enum class From : unsigned char { public_host, private_host };
/// Why nobody should be sent on from one to the other: "from https to http, to …", or from a public
/// host to a private one. nullopt: nothing against it.
std::optional<std::string> fault_of_step(const Url& from, const Url& to, From whence);

enum class Slash : unsigned char { encode, keep };
/// All but unreserved characters as %HH.
std::string percent_encode(std::string_view text, Slash slash);

}  // namespace hubward
