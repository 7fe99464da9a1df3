// How far a download is: on a terminal one line that is rewritten in place, elsewhere a line every
// ten seconds, so that a CI job that waits is seen to be alive.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace hubward {

enum class ProgressKind : unsigned char { none, line, now_and_then };

class FetchProgress {
 public:
  FetchProgress(ProgressKind kind, std::chrono::steady_clock::time_point begun)
      : kind_(kind), begun_(begun), last_(begun) {}

  /// "1.2 GB of 4.0 GB (30 %), 40.0 MB/s, 1 min 10 s left"; empty while it is too soon to say so
  /// again.
  std::string text(std::uint64_t done, std::uint64_t total,
                   std::chrono::steady_clock::time_point now);
  void show(const std::string& text, const std::function<void(std::string_view)>& say);
  /// Takes the line off the terminal.
  void clear();

 private:
  ProgressKind kind_;
  std::chrono::steady_clock::time_point begun_;
  std::chrono::steady_clock::time_point last_;
  bool is_shown_ = false;
};

}  // namespace hubward
