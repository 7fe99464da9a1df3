// DNS messages, as far as a guard needs them: the question, the addresses of an answer, and the
// answer that there is no such name. Whoever is guarded writes these bytes, and so does whoever
// answers: every length is checked, and a name cannot be made to run in circles. Pure.
// Source: RFC 1035, 4.1; RFC 1996 and 6891 only add records, which are stepped over.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

using ByteView = std::span<const std::byte>;

/// Over TCP a message has its length in two bytes before it.
constexpr std::size_t kMaxDnsMessage = 65535;
/// Of a name on the wire, its last empty label included. Source: RFC 1035, 2.3.4.
constexpr std::size_t kMaxDnsName = 255;

struct DnsQuestion {
  std::uint16_t id = 0;
  /// "huggingface.co": lowercase, without the dot at its end, "." for the root. A byte of a label
  /// that is neither a letter, a digit, `-` nor `_` is written \DDD, the dot within one too, so
  /// equal names are equal labels, and it is safe for eyes.
  std::string host;
  std::uint16_t type = 0;
  std::size_t end = 0;  ///< where the question section ends in the message
};

/// @return nullopt for anything but one standard question
std::optional<DnsQuestion> parse_question(ByteView message);

/// "There is no such name" (NXDOMAIN) for a question that was parsed from `message`. Refusing it
/// instead makes musl wait for five seconds and glibc say "temporary".
std::vector<std::byte> no_such_name(ByteView message, const DnsQuestion& question);
/// "That was not understood" (FORMERR) for what is no question; empty where no answer is due: to an
/// answer, and to what has no header.
std::vector<std::byte> not_understood(ByteView message);
/// "The server failed" (SERVFAIL), where the real server cannot be reached.
std::vector<std::byte> server_failed(ByteView message, const DnsQuestion& question);

struct DnsAnswer {
  std::string host;  ///< as asked, not what it is an alias of
  /// 4 or 16 bytes each, in network order; at most kMaxDnsAddresses.
  std::vector<std::vector<std::byte>> addresses;
};
constexpr std::size_t kMaxDnsAddresses = 64;

/// The addresses that a message gives for its question; nullopt when it gives none.
std::optional<DnsAnswer> parse_answer(ByteView message);

/// Whether a name is `domain` or below it, both as in DnsQuestion::host.
bool is_within(std::string_view host, std::string_view domain);

}  // namespace hubward
