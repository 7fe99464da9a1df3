// What a download has come to, as an exit code.
#include "runner/fetch/downloader.h"

#include <algorithm>
#include <optional>
#include <string>

namespace hubward {
namespace {

int code_of(FetchFault fault) {
  switch (fault) {
    case FetchFault::io: return 74;
    case FetchFault::bad_content: return 2;
    case FetchFault::try_later: return 75;
    case FetchFault::denied: return 77;
    case FetchFault::unreachable: return 69;
    case FetchFault::not_found: return 1;
  }
  return 74;
}

}  // namespace

// The real Hub says 401 where an anonymous visitor asks for what does not exist, so both count.
bool is_forgiven(const EntryFailure& entry) {
  return entry.optional && (entry.failure.fault == FetchFault::not_found ||
                            entry.failure.fault == FetchFault::denied);
}

std::string again_at(const Downloaded& downloaded) {
  std::string latest;
  for (const EntryFailure& entry : downloaded.failures) {
    if (!is_forgiven(entry)) latest = std::max(latest, entry.failure.again_at);
  }
  return latest;
}

int exit_code_of(const Downloaded& downloaded) {
  std::optional<FetchFault> worst;
  for (const EntryFailure& entry : downloaded.failures) {
    if (is_forgiven(entry)) continue;
    if (!worst || entry.failure.fault < *worst) worst = entry.failure.fault;
  }
  return worst ? code_of(*worst) : 0;
}

}  // namespace hubward
