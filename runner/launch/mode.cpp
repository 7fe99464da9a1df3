#include "runner/launch/mode.h"

#include <algorithm>

namespace hubward {

std::string_view to_string(Mode mode) {
  switch (mode) {
    case Mode::offline: return "offline";
    case Mode::online: return "online";
    case Mode::refuse: return "refuse";
  }
  return "refuse";
}

std::string_view to_string(ModeReason reason) {
  switch (reason) {
    case ModeReason::complete: return "complete";
    case ModeReason::fetched: return "fetched";
    case ModeReason::incomplete: return "incomplete";
    case ModeReason::rate_limited: return "rate-limited";
    case ModeReason::unreachable: return "unreachable";
    case ModeReason::denied: return "denied";
    case ModeReason::hostile: return "hostile";
  }
  return "incomplete";
}

CacheState state_of(const Report& report) {
  const bool hostile = std::any_of(
      report.findings.begin(), report.findings.end(),
      [](const Finding& finding) { return finding.finding_class == FindingClass::hostile; });
  if (hostile) return CacheState::hostile;
  switch (report.verdict) {
    case Verdict::complete: return CacheState::complete;
    case Verdict::incomplete: return CacheState::incomplete;
    case Verdict::corrupt: return CacheState::corrupt;
  }
  return CacheState::corrupt;
}

FetchEnd fetch_end_of(int exit_code) {
  if (exit_code == 0 || exit_code == 1) return FetchEnd::well;
  if (exit_code == 69) return FetchEnd::unreachable;
  if (exit_code == 75) return FetchEnd::try_later;
  if (exit_code == 77) return FetchEnd::denied;
  return FetchEnd::failed;
}

Decision decide_first(CacheState state, const ModePolicy& policy) {
  if (state == CacheState::complete) return {Step::go_offline, ModeReason::complete};
  if (state == CacheState::hostile) return {Step::refuse, ModeReason::hostile};
  if (policy.offline_wanted) return {Step::refuse, ModeReason::incomplete};
  switch (policy.on_incomplete) {
    case OnIncomplete::fetch: return {Step::fetch, ModeReason::incomplete};
    case OnIncomplete::online: return {Step::go_online, ModeReason::incomplete};
    case OnIncomplete::fail: return {Step::refuse, ModeReason::incomplete};
  }
  return {Step::refuse, ModeReason::incomplete};
}

namespace {

ModeReason reason_of(FetchEnd end) {
  switch (end) {
    case FetchEnd::unreachable: return ModeReason::unreachable;
    case FetchEnd::try_later: return ModeReason::rate_limited;
    case FetchEnd::denied: return ModeReason::denied;
    case FetchEnd::well:
    case FetchEnd::failed:
    case FetchEnd::no_downloader: return ModeReason::incomplete;
  }
  return ModeReason::incomplete;
}

}  // namespace

Decision decide_after_fetch(CacheState state, FetchEnd end, const ModePolicy& policy) {
  // What counts is the cache, not the downloader's opinion of itself.
  if (state == CacheState::complete) return {Step::go_offline, ModeReason::fetched};
  if (state == CacheState::hostile) return {Step::refuse, ModeReason::hostile};
  const ModeReason reason = reason_of(end);
  switch (policy.on_fetch_failure) {
    case OnFetchFailure::automatic:
      return {end == FetchEnd::well ? Step::go_online : Step::refuse, reason};
    case OnFetchFailure::online: return {Step::go_online, reason};
    case OnFetchFailure::fail: return {Step::refuse, reason};
  }
  return {Step::refuse, reason};
}

int refusal_code(CacheState state, ModeReason reason) {
  switch (reason) {
    case ModeReason::unreachable: return 69;
    case ModeReason::rate_limited: return 75;
    case ModeReason::denied: return 77;
    case ModeReason::hostile: return 2;
    case ModeReason::complete:
    case ModeReason::fetched:
    case ModeReason::incomplete: break;
  }
  return state == CacheState::incomplete ? 1 : 2;
}

}  // namespace hubward
