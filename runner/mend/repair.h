// Does what a repair plan says, one step after the other, in one session of the quarantine. Before
// a link is made, the bytes that it is to lead to are hashed: a plan rests on names, and names lie.
#pragma once

#include "runner/mend/holders.h"
#include "runner/mend/repair_plan.h"
#include "runner/mend/session.h"
#include <hubward/digest.h>
#include <hubward/result.h>

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace hubward {

/// What became of a step.
struct RepairOutcome {
  RepairStep step;
  bool done = false;
  std::string why;  ///< not: why not; safe for eyes
};

class Repair {
 public:
  /// @param request  where originals go; the session is made when the first one does
  /// Errors: io, usage when the place is in the cache.
  static Result<Repair> begin(QuarantineRequest request);

  /// A step that cannot be done leaves its place as it was and is told so; a path that has gone
  /// meanwhile is not told of. Further steps may be added: a blob that does not have the bytes of
  /// its name is set aside.
  /// Errors: io when the quarantine cannot be written: nothing more is done then; usage.
  Result<std::vector<RepairOutcome>> carry_out(std::span<const RepairStep> steps);

  /// Where the originals lie; empty while nothing has been changed.
  std::string directory() const { return session_ ? session_->directory() : std::string(); }

 private:
  explicit Repair(QuarantineRequest request) : request_(std::move(request)) {}

  Result<Session*> session();
  Result<RepairOutcome> do_step(const RepairStep& step);
  Result<RepairOutcome> drop(const RepairStep& step);
  Result<RepairOutcome> make_link(const RepairStep& step);
  Result<RepairOutcome> adopt(const RepairStep& step);
  Result<RepairOutcome> open_up(const RepairStep& step);
  Result<RepairOutcome> end(const RepairStep& step, const Result<void>& done) const;
  Result<RepairOutcome> take(const RepairStep& step);
  Result<bool> has_bytes_of(const std::string& blob, const Digest& oid);

  QuarantineRequest request_;
  UniqueFd cache_;
  std::optional<Session> session_;
  std::optional<OpenFiles> open_files_;
  std::map<std::string, bool> proven_;  // blobs whose bytes have been read
  std::set<std::string> tried_;         // places of steps that could not be done
  std::vector<RepairOutcome> further_;
};

}  // namespace hubward
