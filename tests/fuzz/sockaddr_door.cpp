#include "runner/guard/asked_address.h"
#include "tests/fuzz/door.h"
#include "tests/fuzz/promise.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

namespace hubward::fuzz {
namespace {

const Networks& allowed() {
  static const Networks kAllowed(std::array<std::string, 2>{"10.0.0.0/8", "fd00::/8"});
  return kAllowed;
}

void hold(const Target& target, std::span<const std::byte> bytes) {
  promise_safe_for_eyes(address_text(target), Lines::one);
  promise(address_text(target).size() <= 64, "an address is bounded");
  promise(target.stays() == (target.reach != Reach::off_machine && target.reach != Reach::unknown),
          "what is not known does not stay");
  if (target.is_internet()) {
    promise(target.family == AF_INET || target.family == AF_INET6, "the internet has two families");
    const bool is_here = target.address.is_loopback();
    promise(is_here == (target.reach == Reach::loopback), "loopback is loopback");
    promise(is_here || allowed().hold(target.address) == (target.reach == Reach::allowed),
            "a network is allowed or not");
  } else {
    promise(target.port == 0, "no port without an address");
  }
  const auto* const first = reinterpret_cast<const char*>(bytes.data());
  promise(target.path.empty() || (target.path.data() >= first &&
                                  target.path.data() + target.path.size() <= first + bytes.size()),
          "a path lies within its bytes");
}

}  // namespace

void open_sockaddr(std::string_view text) {
  std::vector<std::byte> bytes(text.size());
  std::ranges::transform(text, bytes.begin(), [](char one) { return std::byte(one); });
  const Target connects = judge_address(bytes, AddressUse::connect, allowed());
  const Target sends = judge_address(bytes, AddressUse::send, allowed());
  hold(connects, bytes);
  hold(sends, bytes);
  std::uint16_t family = 0;
  if (bytes.size() < sizeof family) {
    return promise(connects.reach == Reach::nowhere, "too short for a family leads nowhere");
  }
  std::memcpy(&family, bytes.data(), sizeof family);
  if (family != AF_UNSPEC) {
    promise(connects.reach == sends.reach, "a send and a connect go to the same place");
    return;
  }
  promise(connects.reach == Reach::nowhere, "a connect without a family dissolves");
  const std::uint16_t v4 = AF_INET;
  std::memcpy(bytes.data(), &v4, sizeof v4);
  const Target as_v4 = judge_address(bytes, AddressUse::send, allowed());
  promise(as_v4.reach == sends.reach && as_v4.port == sends.port && as_v4.address == sends.address,
          "a send without a family is one of IPv4");
}

}  // namespace hubward::fuzz
