#include "runner/cli/log.h"

#include "runner/cli/stderr_page.h"
#include "runner/launch/token.h"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <mutex>
#include <string_view>
#include <utility>

namespace hubward {
namespace {

spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warning: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
    case LogLevel::off: return spdlog::level::off;
  }
  return spdlog::level::warn;
}

class TokenlessSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit TokenlessSink(std::vector<std::string> tokens) : tokens_(std::move(tokens)) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    say_on_page(without_tokens(std::string_view(line.data(), line.size()), tokens_));
  }
  void flush_() override {}

 private:
  std::vector<std::string> tokens_;
};

}  // namespace

void set_up_log(LogLevel level, std::vector<std::string> tokens) {
  // No colour, no time: the line stands among those of CMD and of the CI engine, which have their
  // own.
  const auto sink = std::make_shared<TokenlessSink>(std::move(tokens));
  const auto logger = std::make_shared<spdlog::logger>("hubward", sink);
  logger->set_pattern("hubward: %l: %v");
  logger->set_level(level_of(level));
  logger->flush_on(spdlog::level::debug);
  spdlog::set_default_logger(logger);
}

}  // namespace hubward
