// The name server that guarded programs talk to without knowing: hears the question, passes it on
// to the server that was asked and the answer back, byte for byte, or says that there is no such
// name. One thread, which waits for nobody.
#pragma once

#include "runner/guard/name_serving.h"
#include "verifier/cache/unique_fd.h"

#include <thread>
#include <vector>

namespace hubward {

class NameServer {
 public:
  /// @param serving  its decide() is called from the server's thread, for each question
  NameServer(std::vector<ServerSocket> sockets, NameServing serving)
      : sockets_(std::move(sockets)), serving_(std::move(serving)) {}
  ~NameServer() { stop(); }
  NameServer(const NameServer&) = delete;
  NameServer& operator=(const NameServer&) = delete;

  /// May be called anew after stop(), also in a child that was forked after it.
  void start();
  /// What has been asked is heard, what is asked from here on waits in the sockets; what was passed
  /// on is forgotten.
  void stop();
  const std::vector<ServerSocket>& sockets() const { return sockets_; }

 private:
  void serve(int stop);

  std::vector<ServerSocket> sockets_;
  NameServing serving_;
  UniqueFd stop_;  ///< readable when the thread shall end
  std::thread thread_;
};

}  // namespace hubward
