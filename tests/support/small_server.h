// A server on 127.0.0.1 that answers each request with the same few bytes, and counts. For tests of
// what is below HTTP; for all else there is a Hub from a list, scripted_hub.h.
#pragma once

#include "verifier/cache/unique_fd.h"

#include <atomic>
#include <string>
#include <thread>

namespace hubward::test {

class SmallServer {
 public:
  SmallServer();
  ~SmallServer();
  SmallServer(const SmallServer&) = delete;
  SmallServer& operator=(const SmallServer&) = delete;

  int port() const { return port_; }
  std::string at(const std::string& host) const {
    return "http://" + host + ":" + std::to_string(port_) + "/";
  }
  int connections() const { return connections_; }
  int requests() const { return requests_; }

 private:
  void serve();
  void answer(int connection);

  UniqueFd listener_;
  UniqueFd stop_;
  int port_ = 0;
  std::atomic<int> connections_ = 0;
  std::atomic<int> requests_ = 0;
  std::thread thread_;
};

}  // namespace hubward::test
