#include "tests/fuzz/door.h"
#include "tests/fuzz/promise.h"
#include "verifier/checks/reach.h"
#include "verifier/text/units.h"
#include <hubward/digest.h>
#include <hubward/repo_id.h>

#include <string>

namespace hubward::fuzz {
namespace {

template <class T>
void promise_reason(const Result<T>& refused) {
  promise(refused.error().kind == ErrorKind::bad_input, "a text that is refused is bad input");
  promise(!refused.error().what.empty(), "a refusal says why");
  promise_safe_for_eyes(refused.error().what, Lines::one);
}

void open_names(std::string_view text) {
  for (const RepoType type : {RepoType::model, RepoType::kernel}) {
    const auto repo = RepoId::parse(type, text);
    if (!repo) {
      promise_reason(repo);
    } else {
      promise(repo->id() == text && text.ends_with(repo->name()), "an id is what was written");
    }
  }
  const auto revision = Revision::parse(text);
  if (!revision) {
    promise_reason(revision);
  } else {
    promise(revision->text() == text, "a revision is what was written");
  }
}

void open_units(std::string_view text) {
  const auto duration = parse_duration(text);
  if (!duration) {
    promise_reason(duration);
  } else {
    promise(duration->count() >= 0 && *duration <= kMaxDuration, "a duration is within bounds");
  }
  const auto size = parse_size(text);
  if (!size) promise_reason(size);
}

}  // namespace

void open_ref(std::string_view bytes) {
  const std::string_view trimmed = trimmed_ref(bytes);
  promise(trimmed_ref(trimmed) == trimmed, "what is trimmed stays as it is");
  promise(bytes.find(trimmed) != std::string_view::npos, "what is trimmed is part of the text");
  const auto commit = CommitId::parse(trimmed);
  promise(!commit || commit->hex() == trimmed, "a commit is what was written");
  promise(!commit || Revision::parse(trimmed).has_value(), "a commit is a revision");
  const auto digest = Digest::from_hex(trimmed);
  promise(!digest || digest->hex() == trimmed, "a digest is what was written");
  const auto tagged = Digest::from_tagged(trimmed);
  promise(!tagged || tagged->tagged() == trimmed, "a tagged digest is what was written");
  open_names(bytes);
  open_units(bytes);
}

}  // namespace hubward::fuzz
