// Bytes to and from a server: no retries, no redirects, no opinion. What is done about an answer is
// decided in exchange.h, which tests drive with answers from a list and a clock that they set.
#pragma once

#include "runner/hub/headers.h"
#include "runner/hub/proxies.h"
#include "runner/hub/url.h"
#include <hubward/result.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hubward {

enum class Take : unsigned char { go_on, stop };

/// Takes one answer. Called from within Transport::wait.
class Receiver {
 public:
  virtual ~Receiver() = default;
  /// Once, before the body; `stop` ends the transfer.
  virtual Take begins(const AnswerHead& head) = 0;
  virtual Take receives(std::span<const std::byte> bytes) = 0;
};

/// How a transfer ended, below HTTP. A status of 500 is a whole answer here.
enum class TransferEnd : unsigned char {
  whole,
  stopped,      ///< the receiver wanted no more
  unreachable,  ///< no name, no route, refused, or the proxy is
  broken,       ///< reset, cut short, or no HTTP
  stalled,      ///< too slow for too long
  untrusted,    ///< TLS: the certificate is not one that we trust
  starved,      ///< no socket is to be had: too many open files, or no memory
  refused,      ///< by us: the name leads to an address beyond the request's reach
};

struct Ended {
  std::uint64_t id = 0;
  TransferEnd end = TransferEnd::whole;
  std::string why;    ///< a few words, safe for eyes, without the URL; empty when whole
  int sys_errno = 0;  ///< when starved
};

/// Where a request may go. Through a proxy any name may: what it leads to is the proxy's business.
enum class AddressReach : unsigned char { anywhere, public_addresses };

enum class Method : unsigned char { get, head };

struct TransportRequest {
  Url url;
  Method method = Method::get;
  AddressReach reach = AddressReach::anywhere;
  std::vector<std::string> headers;  ///< "Name: value"; may hold the token
};

class Transport {
 public:
  virtual ~Transport() = default;
  /// @param receiver  borrowed until the transfer has ended or was cancelled
  /// @return an id that is not used again
  virtual std::uint64_t start(const TransportRequest& request, Receiver& receiver) = 0;
  virtual void cancel(std::uint64_t id) = 0;
  /// Moves bytes until a transfer ends, a signal comes, or the time is over; with no transfer at
  /// all it waits that long.
  virtual std::vector<Ended> wait(std::chrono::milliseconds at_most) = 0;
};

struct TransportOptions {
  /// Below one byte a second for that long is a stall.
  std::chrono::seconds stall{20};
  std::chrono::seconds connect{15};
  std::optional<std::string> ca_file;  ///< beside the system's own
  Proxies proxies;                     ///< libcurl's own look at the environment is switched off
};

/// By libcurl: HTTP/2 where offered, connections kept, proxies as told, no netrc, no
/// cookies. Errors: io, when libcurl cannot be set up.
Result<std::unique_ptr<Transport>> make_transport(const TransportOptions& options);

}  // namespace hubward
