#include "tests/fuzz/door.h"
#include "tests/fuzz/promise.h"
#include "verifier/cache/pointer.h"
#include "verifier/text/repo_path.h"
#include "verifier/text/show.h"

#include <string>

namespace hubward::fuzz {
namespace {

void open_spellings(std::string_view bytes) {
  const std::string reported = report_path(bytes);
  promise(is_utf8(reported), "a report's path is UTF-8");
  promise(path_from_report(reported) == bytes, "a report's path leads back to the bytes");
  const std::string shown = show(bytes);
  promise_safe_for_eyes(shown, Lines::one);
  promise(shown.size() > 4096 || show(shown) == shown, "what is shown stays as it is");
}

void open_judgement(std::string_view bytes) {
  const auto seen = fault_of_seen_path(bytes);
  const auto listed = fault_of_listed_path(bytes);
  for (const auto& fault : {seen, listed}) {
    if (fault) promise_safe_for_eyes(*fault, Lines::one);
  }
  promise(listed || !seen, "a listing's path may hold no more than one on disk");
  if (!listed) {
    promise(lexically_joined("/hub/snapshot", bytes) == "/hub/snapshot/" + std::string(bytes),
            "a listed path stays beneath its snapshot: " + std::string(bytes));
  }
  if (is_ordinary_name(bytes) && bytes.find('/') == std::string_view::npos && !bytes.empty()) {
    promise(!seen, "an ordinary name has no fault: " + std::string(bytes));
  }
}

void open_link(std::string_view text) {
  if (text.empty()) return;
  const LinkGround ground = {
      .roots = {"/hub"}, .repo_folder = "models--a", .real_repo = "/hub/models--a"};
  for (const std::string folder :
       {"/hub/models--a/snapshots/c", "/hub/models--a/snapshots/c/d", "/elsewhere"}) {
    const LinkTarget target = judge_link(ground, folder, text);
    const std::string joined = lexically_joined(folder, text);
    const bool inside = joined == "/hub" || joined.starts_with("/hub/");
    const bool may_be_outside = target.fate == LinkFate::moved_cache ||
                                target.fate == LinkFate::escapes ||
                                target.fate == LinkFate::roundabout;
    promise(inside ? target.fate != LinkFate::escapes : may_be_outside,
            "a link escapes when its text leads out: " + joined);
    promise(target.absolute == text.starts_with('/'), "absolute is what begins with a slash");
    const std::string_view usual = usual_blob_name(ground, folder, text);
    promise(usual.empty() || (target.fate == LinkFate::own_blob && target.blob == usual),
            "the short look says what the long one says");
    promise(target.fate != LinkFate::own_blob || !target.blob.empty(), "a blob has a name");
  }
  is_link_text(text);
}

}  // namespace

void open_path(std::string_view bytes) {
  open_spellings(bytes);
  open_judgement(bytes);
  open_link(bytes);
}

}  // namespace hubward::fuzz
