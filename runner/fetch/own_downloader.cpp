#include "runner/fetch/own_downloader.h"

#include "verifier/text/show.h"

#include <utility>

namespace hubward {
namespace {

constexpr std::size_t kShownBytes = 100;

class OwnDownloader : public Fetcher {
 public:
  OwnDownloader(std::vector<std::string> command, RunDownloader run, LookForDownloader look)
      : command_(std::move(command)), run_(std::move(run)), look_(std::move(look)) {}

  std::string name() const override { return downloader_name(command_); }
  Result<void> expect_ready() const override { return look_(command_); }
  FetchEnding fetch() override { return run_(command_); }

 private:
  std::vector<std::string> command_;
  RunDownloader run_;
  LookForDownloader look_;
};

}  // namespace

std::string downloader_name(const std::vector<std::string>& command) {
  std::string words;
  for (const std::string& word : command) words += (words.empty() ? "" : " ") + word;
  return show(words, kShownBytes);
}

std::unique_ptr<Fetcher> choose_fetcher(const std::vector<std::string>& command, RunDownloader run,
                                        LookForDownloader look) {
  if (command.empty()) return nullptr;
  return std::make_unique<OwnDownloader>(command, std::move(run), std::move(look));
}

}  // namespace hubward
