// How far a download is: on a terminal a line for each repo that is under way and one for all of
// them, redrawn in place; elsewhere a line every ten seconds, so that a CI job that waits is seen
// to be alive.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hubward {

struct RepoTransfer {
  std::string name;         ///< as the manifest spells it
  std::uint64_t done = 0;   ///< bytes in place; what was begun anew is counted twice
  std::uint64_t total = 0;  ///< bytes
};

/// What is to be brought in all. Without a repo: it is not known yet.
struct Transfer {
  std::vector<RepoTransfer> repos;
};

enum class ProgressKind : unsigned char { none, display, now_and_then };

struct Screen {
  unsigned columns = 80;
  unsigned rows = 24;
};

struct ProgressPorts {
  std::function<void(std::string_view bytes)> draw;  ///< to the terminal, as it stands
  std::function<Screen()> screen;                    ///< asked at each drawing: it may be resized
  std::function<void(std::string_view line)> say;    ///< elsewhere; without its newline
};

/// Bytes a second over the last ten seconds.
class Pace {
 public:
  using Time = std::chrono::steady_clock::time_point;
  explicit Pace(Time begun) : samples_{{begun, 0}} {}

  void note(Time now, std::uint64_t done);
  double bytes_per_second() const;

 private:
  std::deque<std::pair<Time, std::uint64_t>> samples_;
};

/// One thread.
class FetchProgress {
 public:
  using Time = Pace::Time;
  FetchProgress(ProgressKind kind, Time begun, ProgressPorts ports);
  /// Takes the display off the terminal.
  ~FetchProgress() { clear(); }
  FetchProgress(const FetchProgress&) = delete;
  FetchProgress& operator=(const FetchProgress&) = delete;

  /// To be called whenever there is time, also when nothing has come: shown is only what is due.
  void look(const Transfer& transfer, Time now);
  /// Before other output; the next look draws it again.
  void clear();

 private:
  std::vector<std::string> lines(const Transfer& transfer, Screen screen) const;
  void draw(const std::vector<std::string>& lines, Screen screen);
  unsigned rows_drawn(Screen screen) const;

  ProgressKind kind_;
  ProgressPorts ports_;
  Time shown_at_;
  Pace pace_;
  std::vector<Pace> paces_;         ///< of the repos
  std::vector<std::size_t> drawn_;  ///< the lengths of the lines on the terminal
};

}  // namespace hubward
