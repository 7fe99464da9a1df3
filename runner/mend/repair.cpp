#include "runner/mend/repair.h"

#include "runner/mend/beneath.h"
#include "runner/mend/bytes_of.h"
#include "runner/mend/repo_writer.h"
#include "verifier/text/show.h"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace hubward {
namespace {

std::string reason_of(const Error& error) {
  const std::string what = error.where.empty() ? error.what : error.where + ": " + error.what;
  return error.sys_errno == 0 ? what : fmt::format("{}: {}", what, std::strerror(error.sys_errno));
}

RepairOutcome not_done(const RepairStep& step, std::string why) {
  return {.step = step, .why = std::move(why)};
}

/// Nothing to tell: someone else was faster.
RepairOutcome nothing(const RepairStep& step) { return {.step = step}; }

std::string repo_of(std::string_view path) { return std::string(path.substr(0, path.find('/'))); }

/// "models--x/snapshots/<commit>/a/b" without its first three parts.
std::string_view path_in_snapshot(std::string_view path) {
  for (int parts = 0; parts < 3; ++parts) {
    const std::size_t slash = path.find('/');
    if (slash == std::string_view::npos) return {};
    path.remove_prefix(slash + 1);
  }
  return path;
}

}  // namespace

Result<Repair> Repair::begin(QuarantineRequest request) {
  HUBWARD_TRY_VOID(expect_outside_cache(request));
  Repair repair(std::move(request));
  HUBWARD_TRY(repair.cache_, open_own_folder(repair.request_.cache_path, Make::no));
  return repair;
}

Result<Session*> Repair::session() {
  if (!session_) {
    HUBWARD_TRY(Session opened, Session::open(request_));
    session_.emplace(std::move(opened));
  }
  return &*session_;
}

Result<std::vector<RepairOutcome>> Repair::carry_out(std::span<const RepairStep> steps) {
  std::vector<RepairOutcome> outcomes;
  proven_.clear();  // a download may have come in between
  for (const RepairStep& step : steps) {
    if (tried_.contains(step.path)) continue;
    HUBWARD_TRY(RepairOutcome outcome, do_step(step));
    if (!outcome.done && !outcome.why.empty()) tried_.insert(step.path);
    for (RepairOutcome& further : further_) outcomes.push_back(std::move(further));
    further_.clear();
    if (outcome.done || !outcome.why.empty()) outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

Result<RepairOutcome> Repair::do_step(const RepairStep& step) {
  switch (step.deed) {
    case RepairDeed::take: return take(step);
    case RepairDeed::drop: return drop(step);
    case RepairDeed::link: return make_link(step);
    case RepairDeed::adopt: return adopt(step);
    case RepairDeed::open_up: return open_up(step);
    case RepairDeed::ref: {
      HUBWARD_TRY(Session * session, this->session());
      return end(step, session->put_ref(step.path, *step.commit, step.code));
    }
  }
  return nothing(step);
}

Result<RepairOutcome> Repair::end(const RepairStep& step, const Result<void>& done) const {
  if (done) return RepairOutcome{.step = step, .done = true};
  if (session_ && session_->is_broken()) return tl::unexpected(done.error());
  return not_done(step, reason_of(done.error()));
}

Result<RepairOutcome> Repair::take(const RepairStep& step) {
  HUBWARD_TRY(Session * session, this->session());
  const auto taken = session->take(step.path, step.code);
  if (!taken) return end(step, tl::unexpected(taken.error()));
  RepairOutcome outcome{.step = step, .done = *taken};
  outcome.step.deed = step.deed == RepairDeed::drop ? RepairDeed::drop : RepairDeed::take;
  return outcome;
}

Result<RepairOutcome> Repair::drop(const RepairStep& step) {
  if (!open_files_) open_files_ = OpenFiles::now();
  const std::string& lock = step.unless_held;
  if (open_files_->has(cache_.get(), step.path) ||
      (!lock.empty() && open_files_->has(cache_.get(), lock))) {
    return not_done(step, "a process has it open");
  }
  return take(step);
}

/// By its name; read once. A payload of the shared store stands behind a link.
Result<bool> Repair::has_bytes_of(const std::string& blob, const Digest& oid) {
  if (const auto known = proven_.find(blob); known != proven_.end()) return known->second;
  HUBWARD_TRY(const Digest actual, digest_of_blob(cache_.get(), blob, oid.algorithm()));
  proven_[blob] = actual == oid;
  return actual == oid;
}

Result<RepairOutcome> Repair::make_link(const RepairStep& step) {
  if (step.oid) {
    const auto proven = has_bytes_of(step.blob, *step.oid);
    if (!proven) return not_done(step, reason_of(proven.error()));
    if (!*proven) {
      RepairStep bad{.path = step.blob, .code = FindingCode::blob_corrupt};
      HUBWARD_TRY(RepairOutcome taken, take(bad));
      if (taken.done) further_.push_back(std::move(taken));
      if (step.else_take) return take(step);
      return nothing(step);
    }
  }
  HUBWARD_TRY(Session * session, this->session());
  const auto put = session->put_link(step.path, step.text, step.code);
  const bool stays_bad = !put && !session->is_broken() && step.else_take;
  return stays_bad ? take(step) : end(step, put);
}

// The copy's own bytes become the blob, by a second name for the same file: no instant without
// either, and no byte is copied.
Result<RepairOutcome> Repair::adopt(const RepairStep& step) {
  const auto digests = digests_of_file(cache_.get(), step.path);
  if (!digests) return not_done(step, reason_of(digests.error()));
  std::optional<Digest> name;
  const std::string blobs = repo_of(step.path) + "/blobs/";
  for (const Digest& digest : {digests->git_sha1, digests->sha256}) {
    const bool is_listed = step.oid && digest == *step.oid;
    const bool is_known = is_listed || (!step.oid && is_there(cache_.get(), blobs + digest.hex()));
    if (is_known) name = digest;
  }
  if (!name) return nothing(step);
  const std::string blob = blobs + name->hex();
  HUBWARD_TRY(Session * session, this->session());
  if (is_there(cache_.get(), blob)) {
    const auto proven = has_bytes_of(blob, *name);
    if (!proven) return not_done(step, reason_of(proven.error()));
    if (!*proven) return nothing(step);
  } else {
    const auto named = session->give_name(blob, step.path, step.code);
    if (!named) return end(step, named);
  }
  RepairStep made = step;
  made.blob = blob;
  made.text = link_text(path_in_snapshot(step.path), std::string_view(name->hex()));
  return end(made, session->put_link(step.path, made.text, step.code));
}

Result<RepairOutcome> Repair::open_up(const RepairStep& step) {
  const PathEnd at = path_end(step.path);
  const auto folder = open_beneath(cache_.get(), at.folder, Make::no);
  struct stat status = {};
  if (!folder) return not_done(step, reason_of(folder.error()));
  if (::fstatat(folder->get(), at.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    return nothing(step);
  }
  const mode_t needed = S_ISDIR(status.st_mode) ? 0700U : 0400U;
  const bool is_node = S_ISREG(status.st_mode) || S_ISDIR(status.st_mode);
  const bool may_open = is_node && status.st_uid == ::geteuid();
  if (may_open && (status.st_mode & needed) != needed) {
    HUBWARD_TRY(Session * session, this->session());
    return end(step, session->change_mode(step.path, (status.st_mode & 0777U) | needed, step.code));
  }
  if (step.else_take) return take(step);
  return not_done(step, "it belongs to another user, who alone can make it readable");
}

}  // namespace hubward
