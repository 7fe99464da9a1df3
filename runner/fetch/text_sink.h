// Keeps a JSON answer in memory, up to a bound.
#pragma once

#include "runner/hub/exchange.h"

#include <string>

namespace hubward {

class TextSink : public Sink {
 public:
  /// @param most  bytes; a longer answer is bad content
  explicit TextSink(std::size_t most) : most_(most) {}

  SinkWord begin(const AnswerHead& head) override {
    text_.clear();
    head_ = head;
    return SinkWord::well;
  }
  SinkWord take(std::span<const std::byte> bytes) override {
    if (bytes.size() > most_ - text_.size()) return SinkWord::give_up;
    text_.append(reinterpret_cast<const char*>(bytes.data()),
                 bytes.size());  // NOLINT(*-reinterpret-cast): bytes to text
    return SinkWord::well;
  }
  SinkWord end() override { return SinkWord::well; }
  FetchFailure failure() const override {
    return {FetchFault::bad_content, "", "the Hub's answer is larger than any that is sound"};
  }

  const std::string& text() const { return text_; }
  const AnswerHead& head() const { return head_; }

 private:
  std::size_t most_;
  AnswerHead head_;
  std::string text_;
};

}  // namespace hubward
