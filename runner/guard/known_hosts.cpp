#include "runner/guard/known_hosts.h"

#include "runner/guard/asker.h"

#include <netinet/in.h>

#include <algorithm>
#include <cstring>

namespace hubward {

std::optional<KnownHosts::Key> KnownHosts::key_of(ByteView address) {
  Key key = {};
  if (address.size() == key.size()) {
    std::ranges::copy(address, key.begin());
  } else if (address.size() == 4) {
    key[10] = key[11] = std::byte{0xff};
    std::ranges::copy(address, key.begin() + 12);
  } else {
    return std::nullopt;
  }
  return key;
}

void KnownHosts::learn(const DnsAnswer& answer, const Asker* asker) {
  const std::int64_t pid = asker == nullptr ? 0 : asker->pid;
  const std::lock_guard lock(mutex_);
  for (const auto& address : answer.addresses) {
    const auto key = key_of(address);
    if (!key) continue;
    const auto [place, is_new] = names_.try_emplace(*key);
    std::vector<Name>& names = place->second;
    std::erase_if(names, [pid](const Name& name) { return name.pid == pid; });
    if (names.size() == kMostAskers) names.erase(names.begin());
    names.push_back({pid, answer.host});
    if (!is_new) continue;
    by_age_.push_back(*key);
    if (by_age_.size() <= kMost) continue;
    names_.erase(by_age_.front());
    by_age_.pop_front();
  }
}

std::string KnownHosts::host_of(const struct sockaddr& address, const Asker* asker) const {
  std::optional<Key> key;
  if (address.sa_family == AF_INET) {
    struct sockaddr_in in = {};
    std::memcpy(&in, &address, sizeof in);
    key = key_of(std::as_bytes(std::span(&in.sin_addr, 1)));
  } else if (address.sa_family == AF_INET6) {
    struct sockaddr_in6 in = {};
    std::memcpy(&in, &address, sizeof in);
    key = key_of(std::as_bytes(std::span(&in.sin6_addr, 1)));
  }
  if (!key) return "";
  const std::lock_guard lock(mutex_);
  const auto found = names_.find(*key);
  if (found == names_.end()) return "";
  const std::vector<Name>& names = found->second;
  if (asker == nullptr) return names.back().host;
  const auto of = [&names](std::int64_t pid) { return std::ranges::find(names, pid, &Name::pid); };
  auto name = of(asker->pid);
  for (auto parent = asker->chain.begin(); name == names.end() && parent != asker->chain.end();
       ++parent) {
    name = of(parent->pid);
  }
  return name == names.end() ? names.back().host : name->host;
}

}  // namespace hubward
