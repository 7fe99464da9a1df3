#include "runner/doctor/file_story.h"

#include "verifier/cache/layout.h"
#include "verifier/checks/reach.h"
#include "verifier/report/mend.h"
#include "verifier/text/show.h"
#include "verifier/text/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace hubward {
namespace {

constexpr unsigned kPrivateMode = 0600;

/// About the way to the file, wherever on it they were met.
bool is_about_the_way(FindingCode code) {
  constexpr std::array kCodes = {FindingCode::repo_missing,  FindingCode::ref_missing,
                                 FindingCode::ref_dangling,  FindingCode::snapshot_empty,
                                 FindingCode::ref_malformed, FindingCode::ref_whitespace,
                                 FindingCode::ref_drift,     FindingCode::client_blind};
  return std::ranges::find(kCodes, code) != kCodes.end();
}

class Teller {
 public:
  Teller(const DoctorTarget& target, const Verification& made, const NodeReader& node)
      : made_(made),
        repo_(made.pairing.cases.front()),
        node_(node),
        story_{.target = target,
               .cache_path = made.report.cache_path,
               .commit = made.pairing.cases.front().commit} {}

  FileStory tell() {
    folder();
    ref();
    snapshot();
    find_pointer();
    if (pointer_ != nullptr) link();
    if (blob_ != nullptr) bytes();
    digests();
    findings();
    if (pointer_ != nullptr && !is_hostile()) story_.writers = writers_by(traces());
    mending();
    return std::move(story_);
  }

 private:
  void step(std::string_view what, const std::string& path, bool is_good, std::string text) {
    story_.steps.push_back({what, path, is_good, std::move(text)});
  }

  std::string folder_path() const { return folder_name(repo_.repo); }
  std::string pointer_path() const {
    return repo_.snapshot == nullptr ? "" : repo_.snapshot->path + "/" + story_.target.file;
  }

  void folder() {
    const bool is_there = repo_.folder != nullptr;
    step("folder", folder_path(), is_there,
         is_there ? ""
                  : "is not in the cache" + (repo_.other_owner.empty()
                                                 ? std::string()
                                                 : ", " + show(repo_.other_owner) + " is"));
  }

  void ref() {
    if (repo_.folder == nullptr) return;
    const std::string path = folder_path() + "/refs/" + story_.target.revision.text();
    if (repo_.ref != nullptr) {
      const bool is_exact = CommitId::parse(repo_.ref->text).has_value();
      step("ref", repo_.ref->path, is_exact, "says " + said_by_ref());
    } else if (story_.target.revision.commit()) {
      step("ref", path, true, "is not there, and only hf-hub 0.x needs it for a commit");
    } else {
      step("ref", path, false, "is not there");
    }
  }

  std::string said_by_ref() const {
    const Ref& ref = *repo_.ref;
    if (ref.is_directory) return "nothing: it is a directory";
    if (!ref.link_text.empty()) return "nothing: it is a link to " + show(ref.link_text, 200);
    if (ref.too_long) return fmt::format("more than {} bytes", kMaxRefBytes);
    if (ref.text.empty()) return "nothing: it is empty";
    const auto trimmed = trimmed_ref(ref.text);
    if (trimmed.size() == ref.text.size()) return show(ref.text, 200);
    return fmt::format("{}, with white space around it", show(trimmed, 200));
  }

  void snapshot() {
    if (repo_.folder == nullptr || !repo_.commit) return;
    const std::string path = folder_path() + "/snapshots/" + repo_.commit->hex();
    if (repo_.snapshot == nullptr) return step("snapshot", path, false, "is not there");
    step("snapshot", path, repo_.reach == EntryReach::reached,
         fmt::format("holds {} file{}", repo_.snapshot->pointers.size(),
                     repo_.snapshot->pointers.size() == 1 ? "" : "s"));
  }

  void find_pointer() {
    if (repo_.snapshot == nullptr) return;
    const auto found =
        std::ranges::find(repo_.snapshot->pointers, story_.target.file, &Pointer::path);
    if (found == repo_.snapshot->pointers.end()) {
      return step("link", pointer_path(), false, "is not there");
    }
    pointer_ = &*found;
    blob_ = repo_.folder->bytes_of(*pointer_);
  }

  /// The text is what counts: whether the place exists is another question.
  void link() {
    const bool is_sound = pointer_->state == PathState::sound;
    if (pointer_->plain) {
      const bool is_text = pointer_->state == PathState::link_as_text;
      return step("file", pointer_path(), is_sound,
                  is_text ? "is a plain file that holds the text of a link"
                          : "is a plain file, no link" + facts_text(pointer_path()));
    }
    step("link", pointer_path(), is_sound, "leads to " + link_text());
  }

  std::string link_text() const {
    if (pointer_->odd && !pointer_->odd->link_text.empty()) {
      const std::string& why = pointer_->odd->why;
      return show(pointer_->odd->link_text, 300) + (why.empty() ? "" : " (" + why + ")");
    }
    return blob_ == nullptr ? "nothing" : fmt::format("blobs/{}", show(blob_->name, 200));
  }

  std::string facts_text(const std::string& path) const {
    const auto facts = node_(path);
    if (!facts) return "";
    return fmt::format(", {}, mode {:04o}, owner {}", format_size(facts->size), facts->mode,
                       facts->owner);
  }

  void bytes() {
    const Proof* proof = made_.proofs.of(*blob_);
    story_.size = made_.proofs.size_of(*blob_);
    if (pointer_->plain) return;
    const std::string own = folder_path() + "/blobs/" + std::string(blob_->name);
    const std::string place(blob_->path);
    const bool is_read = proof != nullptr && proof->state == ProofState::read;
    if (blob_->shared) step("blob", own, true, "is a link to a payload of the shared store");
    step(blob_->shared ? "payload" : "blob", place, is_read,
         (is_read ? "was read" : std::string("cannot be read")) + facts_text(place));
  }

  void digests() {
    const ListedFile* listed =
        repo_.listing == nullptr ? nullptr : repo_.listing->find(story_.target.file);
    const auto by_name =
        blob_ == nullptr || blob_->name.empty() ? std::nullopt : Digest::from_hex(blob_->name);
    if (listed != nullptr) {
      story_.expected = listed->oid;
      story_.expected_size = listed->size;
      story_.expected_by = listed->locked ? "lock" : "listing";
    } else if (by_name) {
      story_.expected = by_name;
      story_.expected_by = "name";
    }
    const Proof* proof = blob_ == nullptr ? nullptr : made_.proofs.of(*blob_);
    if (proof == nullptr) return;
    if (story_.expected) story_.actual = proof->digest(story_.expected->algorithm());
    if (!story_.actual) story_.actual = proof->sha256 ? proof->sha256 : proof->git_sha1;
  }

  bool concerns(const Finding& finding) const {
    if (is_about_the_way(finding.code)) return true;
    const std::string own = pointer_path();
    if (finding.path.empty() || own.empty()) return false;
    if (finding.path == own || own.starts_with(finding.path + "/")) return true;
    if (blob_ != nullptr && finding.path == blob_->path) return true;
    return std::ranges::find(finding.affects, own) != finding.affects.end() ||
           (finding.path.starts_with(folder_path() + "/.no_exist/") &&
            finding.path.ends_with("/" + story_.target.file));
  }

  void findings() {
    for (const Finding& finding : made_.report.findings) {
      if (!concerns(finding)) continue;
      story_.findings.push_back(finding);
      if (is_unknown(finding)) tell_unknown(story_.findings.back());
      const int code = finding.finding_class <= FindingClass::corrupt      ? 2
                       : finding.finding_class == FindingClass::incomplete ? 1
                                                                           : 0;
      story_.exit_code = std::max(story_.exit_code, code);
    }
  }

  bool is_hostile() const {
    return std::ranges::any_of(story_.findings, [](const Finding& finding) {
      return finding.finding_class == FindingClass::hostile;
    });
  }

  /// The question alone asked for it: neither lock nor listing says that there is such a file.
  bool is_unknown(const Finding& finding) const {
    return finding.code == FindingCode::file_missing && pointer_ == nullptr &&
           story_.expected_by.empty();
  }

  void tell_unknown(Finding& finding) const {
    finding.remedy = Remedy::none;
    finding.detail = repo_.listing != nullptr
                         ? "neither lock nor listing of this commit has such a file"
                         : "no listing of this commit tells whether there is such a file";
  }

  bool is_private(const std::string& path) const {
    const auto facts = node_(path);
    return facts && facts->is_file && facts->mode == kPrivateMode;
  }

  Traces traces() const {
    const std::string name = blob_ == nullptr ? "" : std::string(blob_->name);
    const std::string commit = repo_.snapshot->name;
    const RepoFolder& repo = *repo_.folder;
    const auto is_there = [&](const std::string& path) { return node_(path).has_value(); };
    const auto names_it = [&](const Ref& ref) { return trimmed_ref(ref.text) == commit; };
    Traces traces{.is_copy = pointer_->plain};
    traces.is_shared = blob_ != nullptr && blob_->shared;
    traces.blob_beside_copy = pointer_->plain && has_blob_of_these_bytes();
    traces.python_lock = !name.empty() && is_there(".locks/" + repo.path + "/" + name + ".lock");
    traces.rust_lock = !name.empty() && is_there(repo.path + "/blobs/" + name + ".lock");
    const ListingFile* listing = repo.listing(commit);
    traces.listing = listing != nullptr;
    traces.listing_is_private = listing != nullptr && is_private(listing->path);
    const Ref* own_ref = repo.ref(commit);
    traces.ref_of_commit = own_ref != nullptr && names_it(*own_ref);
    traces.any_ref = std::ranges::any_of(repo.refs, names_it);
    traces.markers = std::ranges::any_of(
        repo.markers, [&](const Marker& marker) { return marker.commit == commit; });
    traces.weak_etag = name.starts_with("W/");
    traces.snapshot_is_no_commit = !CommitId::parse(commit);
    traces.blob_is_private =
        blob_ != nullptr && !pointer_->plain && is_private(std::string(blob_->path));
    return traces;
  }

  bool has_blob_of_these_bytes() const {
    return story_.actual && std::ranges::any_of(repo_.folder->blobs, [&](const Blob& blob) {
             return blob.name == story_.actual->hex();
           });
  }

  void mending() {
    const auto bad = std::ranges::find_if(story_.findings, [](const Finding& finding) {
      return finding.finding_class <= FindingClass::incomplete;
    });
    if (bad == story_.findings.end()) return;
    if (is_unknown(*bad)) {
      story_.advice = repo_.listing != nullptr
                          ? "look at the name: this commit has no such file"
                          : "look at the name; a fetch brings it only if the manifest asks for it";
      return;
    }
    const Mending mending = mending_of({&*bad}, made_.report);
    story_.advice = mending.advice;
    story_.command = mending.command;
    story_.means = mending.means;
  }

  const Verification& made_;
  const RepoCase& repo_;
  const NodeReader& node_;  // all outlive the teller
  FileStory story_;
  const Pointer* pointer_ = nullptr;
  const Blob* blob_ = nullptr;
};

}  // namespace

Manifest manifest_of(const DoctorTarget& target) {
  Manifest manifest{.path = "", .entries = {}};
  manifest.entries.push_back(
      {.repo = target.repo, .revision = target.revision, .gguf = {target.file}});
  return manifest;
}

FileStory story_of(const DoctorTarget& target, const Verification& made, const NodeReader& node) {
  return Teller(target, made, node).tell();
}

}  // namespace hubward
