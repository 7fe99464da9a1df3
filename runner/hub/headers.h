// The headers of one answer. Names are told apart without regard to case, and what a server may
// send is bounded: headers are kept in memory before anybody has judged them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hubward {

class Headers {
 public:
  /// "Name: value", with or without its line end; a line without a colon, or beyond the bounds, is
  /// passed over.
  void add_line(std::string_view line);
  /// The first of that name; nullptr when there is none. Borrowed.
  const std::string* find(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> all_;
  std::size_t bytes_ = 0;
};
inline constexpr std::size_t kMaxHeaders = 200;
inline constexpr std::size_t kMaxHeaderBytes = std::size_t{128} * 1024;

/// Whose answer it is, by the address that was connected to.
enum class Peer : unsigned char {
  unknown,  ///< a proxy stands between
  at_public_address,
  at_private_address,
};

/// Status line and headers of an answer, before its body.
struct AnswerHead {
  int status = 0;
  Headers headers;
  Peer peer = Peer::unknown;
};

}  // namespace hubward
