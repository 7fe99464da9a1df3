#include "runner/fetch/fetch_progress.h"

#include "verifier/text/show.h"
#include "verifier/text/units.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

namespace hubward {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kOnTerminal{200};
constexpr std::chrono::seconds kElsewhere{10};
constexpr milliseconds kBetweenSamples{500};
constexpr std::chrono::seconds kRemembered{10};
constexpr double kShortest = 0.1;  // seconds
constexpr std::size_t kMostRepos = 8;
constexpr std::size_t kWidestName = 48;

/// A piece of a line, and how soon it goes where the line is too long: 0 never does.
struct Piece {
  std::string text;
  int goes = 0;
};

/// "HEAD: a, b, c", without what does not fit, and cut where even that is too long: a line that
/// wraps could not be drawn over.
std::string fitted(const std::string& head, std::vector<Piece> pieces, std::size_t columns) {
  const std::size_t most = std::max<std::size_t>(columns, 2) - 1;
  for (;;) {
    std::string line = head;
    for (const Piece& piece : pieces) {
      line += (&piece == pieces.data() ? (head.empty() ? "" : ": ") : ", ") + piece.text;
    }
    const auto first = std::ranges::max_element(pieces, {}, &Piece::goes);
    if (line.size() <= most) return line;
    if (first == pieces.end() || first->goes == 0) return line.substr(0, most);
    pieces.erase(first);
  }
}

struct Amount {
  std::uint64_t done = 0;
  std::uint64_t total = 0;
};

Amount amount_of(const RepoTransfer& repo) { return {std::min(repo.done, repo.total), repo.total}; }

Amount amount_of(const Transfer& transfer) {
  Amount sum;
  for (const RepoTransfer& repo : transfer.repos) {
    sum.done += amount_of(repo).done;
    sum.total += repo.total;
  }
  return sum;
}

std::vector<Piece> pieces_of(const Amount& amount, double rate) {
  const std::uint64_t percent = amount.total == 0 ? 100 : amount.done * 100 / amount.total;
  std::vector<Piece> pieces = {
      {fmt::format("{} of {}", format_size(amount.done), format_size(amount.total)), 3},
      {fmt::format("{} %", percent), 0},
      {fmt::format("{}/s", format_size(static_cast<std::uint64_t>(rate))), 2}};
  if (rate >= 1 && amount.done < amount.total) {
    const double left = static_cast<double>(amount.total - amount.done) / rate * 1000;
    const auto shown = milliseconds(static_cast<std::int64_t>(std::min(left, 1e10)));
    pieces.push_back({format_duration(shown) + " left", 1});
  }
  return pieces;
}

bool is_done(const RepoTransfer& repo) { return repo.done >= repo.total; }

}  // namespace

void Pace::note(Time now, std::uint64_t done) {
  // What was begun anew may be counted less.
  done = std::max(done, samples_.back().second);
  if (samples_.size() > 1 && now - samples_[samples_.size() - 2].first < kBetweenSamples) {
    samples_.back() = {now, done};
  } else {
    samples_.emplace_back(now, done);
  }
  while (samples_.size() > 2 && now - samples_[1].first >= kRemembered) samples_.pop_front();
}

double Pace::bytes_per_second() const {
  const auto& [begun, before] = samples_.front();
  const auto& [now, done] = samples_.back();
  const double seconds = std::chrono::duration<double>(now - begun).count();
  // Nothing can be told from one look.
  return seconds < kShortest ? 0 : static_cast<double>(done - before) / seconds;
}

FetchProgress::FetchProgress(ProgressKind kind, Time begun, ProgressPorts ports)
    : kind_(kind), ports_(std::move(ports)), shown_at_(begun), pace_(begun) {}

void FetchProgress::look(const Transfer& transfer, Time now) {
  if (kind_ == ProgressKind::none) return;
  pace_.note(now, amount_of(transfer).done);
  while (paces_.size() < transfer.repos.size()) paces_.emplace_back(now);
  for (std::size_t at = 0; at < transfer.repos.size(); ++at) {
    const RepoTransfer& repo = transfer.repos[at];
    // Its time begins when its turn comes.
    if (repo.done == 0) paces_[at] = Pace(now);
    paces_[at].note(now, amount_of(repo).done);
  }
  const auto pause = kind_ == ProgressKind::display ? kOnTerminal : milliseconds(kElsewhere);
  if (now - shown_at_ < pause) return;
  shown_at_ = now;
  if (kind_ == ProgressKind::now_and_then) {
    return ports_.say(lines(transfer, {.columns = 500, .rows = 2}).back());
  }
  const Screen screen = ports_.screen();
  draw(lines(transfer, screen), screen);
}

std::vector<std::string> FetchProgress::lines(const Transfer& transfer, Screen screen) const {
  if (transfer.repos.empty()) return {fitted("", {{"asking what there is"}}, screen.columns)};
  std::vector<std::string> lines;
  const bool is_alone = transfer.repos.size() == 1;
  const auto most = std::min<std::size_t>(kMostRepos, std::max(screen.rows, 3U) - 2);
  std::size_t finished = 0;
  for (std::size_t at = 0; at < transfer.repos.size(); ++at) {
    const RepoTransfer& repo = transfer.repos[at];
    if (is_done(repo)) ++finished;
    if (is_alone || is_done(repo) || repo.done == 0 || lines.size() >= most) continue;
    lines.push_back(fitted("  " + show(repo.name, kWidestName),
                           pieces_of(amount_of(repo), paces_[at].bytes_per_second()),
                           screen.columns));
  }
  const std::vector<Piece> pieces = pieces_of(amount_of(transfer), pace_.bytes_per_second());
  if (is_alone) {
    lines.push_back(fitted(show(transfer.repos[0].name, kWidestName), pieces, screen.columns));
  } else {
    lines.push_back(fitted(fmt::format("{} of {} repos", finished, transfer.repos.size()), pieces,
                           screen.columns));
  }
  return lines;
}

/// A terminal that has become narrower has wrapped them.
unsigned FetchProgress::rows_drawn(Screen screen) const {
  const std::size_t columns = std::max(screen.columns, 1U);
  std::size_t rows = 0;
  for (const std::size_t length : drawn_) {
    rows += std::max<std::size_t>((length + columns - 1) / columns, 1);
  }
  return static_cast<unsigned>(rows);
}

void FetchProgress::draw(const std::vector<std::string>& lines, Screen screen) {
  std::string bytes = "\r";
  if (const unsigned rows = rows_drawn(screen); rows > 1) {
    bytes += fmt::format("\x1b[{}A", rows - 1);
  }
  bytes += "\x1b[J";
  drawn_.clear();
  for (const std::string& line : lines) {
    if (!drawn_.empty()) bytes += "\r\n";
    bytes += line;
    drawn_.push_back(line.size());
  }
  ports_.draw(bytes);
}

void FetchProgress::clear() {
  if (!drawn_.empty()) draw({}, ports_.screen());
}

}  // namespace hubward
