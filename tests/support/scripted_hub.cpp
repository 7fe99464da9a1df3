#include "tests/support/scripted_hub.h"

#include <algorithm>
#include <utility>

namespace hubward::test {

bool SeenRequest::has(const std::string& header) const {
  return std::ranges::find(headers, header) != headers.end();
}

std::uint64_t ScriptedHub::start(const TransportRequest& request, Receiver& receiver) {
  const std::string& url = request.url.text();
  seen_.push_back({url, request.headers, clock_.since_start(), request.reach, request.method});
  std::deque<ScriptedAnswer>& answers = script_[url];
  ScriptedAnswer answer{.status = 0, .end = TransferEnd::unreachable};
  if (!answers.empty()) answer = answers.front();
  if (answers.size() > 1) answers.pop_front();
  open_.emplace(++last_id_, Open{&receiver, std::move(answer)});
  most_at_once_ = std::max(most_at_once_, open_.size());
  return last_id_;
}

std::vector<Ended> ScriptedHub::wait(std::chrono::milliseconds at_most) {
  std::vector<Ended> ended;
  if (open_.empty()) {
    clock_.pass(at_most);
    return ended;
  }
  clock_.pass(std::chrono::milliseconds(1));
  for (auto& [id, open] : std::exchange(open_, {})) {
    AnswerHead head{.status = open.answer.status, .peer = open.answer.peer};
    for (const std::string& line : open.answer.headers) head.headers.add_line(line);
    Take wanted = Take::go_on;
    if (head.status != 0) wanted = open.receiver->begins(head);
    const std::string& body = open.answer.body;
    if (wanted == Take::go_on && !body.empty()) {
      wanted = open.receiver->receives(std::as_bytes(std::span(body)));
    }
    const bool was_stopped = wanted == Take::stop;
    ended.push_back({.id = id,
                     .end = was_stopped ? TransferEnd::stopped : open.answer.end,
                     .why = open.answer.end == TransferEnd::whole ? "" : "the line broke",
                     .sys_errno = open.answer.sys_errno});
  }
  return ended;
}

}  // namespace hubward::test
