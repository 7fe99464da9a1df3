#include "verifier/lock_report.h"

#include "verifier/report/counted.h"
#include "verifier/report/paint.h"
#include "verifier/text/show.h"
#include "verifier/text/units.h"

#include <fmt/core.h>

#include <algorithm>

namespace hubward {
namespace {

std::string name_of(const RepoId& repo, const Revision& revision) {
  return show(repo.manifest_spelling() + "@" + revision.text());
}

std::string contents_of(const LockFile& lock) {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  for (const LockedRepo& repo : lock.repos) {
    files += repo.files.size();
    for (const LockedFile& file : repo.files) bytes += file.size;
  }
  return fmt::format("{}, {}, {}", counted(lock.repos.size(), "entry", "entries"),
                     counted(files, "file", "files"), format_size(bytes));
}

std::string described(const LockedSide& side) {
  std::string text;
  const auto add = [&](const std::string& part) { text += "  " + part; };
  if (side.commit) add("commit " + side.commit->hex());
  if (side.files) add(counted(*side.files, "file", "files"));
  if (side.size) add(side.files ? format_size(*side.size) : counted(*side.size, "byte", "bytes"));
  if (side.oid) add(side.oid->tagged());
  return text;
}

/// What a lock takes up without being told to move its pins.
bool is_mere_growth(const LockChange& change) {
  return change.kind == LockChangeKind::repo_added || change.kind == LockChangeKind::repo_removed;
}

class LockText {
 public:
  LockText(const LockOutcome& outcome, const TextStyle& style) : outcome_(outcome), style_(style) {}

  std::string render() {
    if (style_.verbosity != Verbosity::quiet) {
      diff();
      for (const LockNote& note : notes()) {
        line(Ink::faint, fmt::format("  {}: {}", name_of(note.repo, note.revision), note.what));
      }
      if (!out_.empty()) out_ += '\n';
    }
    const bool is_well = outcome_.deed != LockDeed::differs;
    line(is_well ? Ink::good : Ink::bad, last_line());
    return std::move(out_);
  }

 private:
  void line(Ink ink, std::string_view text) {
    out_ += paint(style_.colour, ink, text);
    out_ += '\n';
  }

  void diff() {
    if (outcome_.changes.empty()) return;
    line(Ink::bold, "--- " + show(outcome_.lock_path));
    line(Ink::bold, outcome_.deed == LockDeed::differs ? "+++ what manifest and cache say"
                                                       : "+++ what it says now");
    const LockChange* before = nullptr;
    for (const LockChange& change : outcome_.changes) {
      entry(change, before);
      before = &change;
    }
  }

  void entry(const LockChange& change, const LockChange* before) {
    const std::string name = name_of(change.repo, change.revision);
    if (change.kind == LockChangeKind::repo_added) {
      return line(Ink::good, fmt::format("+ {}{}{}", name, described(change.after), why(change)));
    }
    if (change.kind == LockChangeKind::repo_removed) {
      return line(Ink::bad, fmt::format("- {}{}{}", name, described(change.before), why(change)));
    }
    const bool is_same_entry =
        before != nullptr && before->repo == change.repo && before->revision == change.revision;
    if (!is_same_entry) line(Ink::plain, "  " + name);
    sides(change);
  }

  void sides(const LockChange& change) {
    const std::string path = change.path.empty() ? "" : "  " + show(change.path);
    if (change.kind != LockChangeKind::file_added) {
      const bool is_last = change.kind == LockChangeKind::file_removed || !change.after.commit;
      const bool says_why = is_last && change.kind != LockChangeKind::file_changed;
      line(Ink::bad,
           fmt::format("-   {}{}{}", path, described(change.before), says_why ? why(change) : ""));
    }
    if (change.kind == LockChangeKind::file_removed) return;
    if (change.kind == LockChangeKind::commit_moved && !change.after.commit) return;
    line(Ink::good, fmt::format("+   {}{}{}", path, described(change.after), why(change)));
  }

  static std::string why(const LockChange& change) {
    return change.why.empty() ? "" : "  (" + change.why + ")";
  }

  /// "Not in this cache" of every model is one thing to say, and the last line says it.
  std::vector<LockNote> notes() const {
    if (has_none_of_them()) return {};
    return outcome_.notes;
  }

  bool has_none_of_them() const {
    const bool checks = outcome_.deed == LockDeed::agrees || outcome_.deed == LockDeed::differs;
    return checks && !outcome_.notes.empty() && outcome_.notes.size() >= outcome_.manifest_entries;
  }

  std::string last_line() const {
    const std::string lock = show(outcome_.lock_path);
    switch (outcome_.deed) {
      case LockDeed::written: return fmt::format("wrote {}: {}", lock, contents_of(outcome_.lock));
      case LockDeed::unchanged:
        return fmt::format("{} needs no change: {}", lock, contents_of(outcome_.lock));
      case LockDeed::agrees:
        return fmt::format(
            "{} agrees with {}: {}", lock,
            has_none_of_them() ? "the manifest; none of it is in this cache" : "manifest and cache",
            contents_of(outcome_.lock));
      case LockDeed::differs: return fmt::format("{} differs: {}", lock, way_out());
      case LockDeed::refused: break;
    }
    return "nothing was written";
  }

  std::string way_out() const {
    if (std::ranges::all_of(outcome_.changes, is_mere_growth)) {
      return "`hubward lock` brings it up to date";
    }
    return "`hubward fetch` brings what it says, `hubward lock --update` locks what the cache has";
  }

  const LockOutcome& outcome_;
  TextStyle style_;
  std::string out_;
};

}  // namespace

std::string_view to_string(LockDeed deed) {
  switch (deed) {
    case LockDeed::written: return "written";
    case LockDeed::unchanged: return "unchanged";
    case LockDeed::refused: return "refused";
    case LockDeed::agrees: return "agrees";
    case LockDeed::differs: return "differs";
  }
  return "refused";
}

std::string render_lock_text(const LockOutcome& outcome, const TextStyle& style) {
  if (outcome.report && outcome.unlockable.empty()) return render_text(*outcome.report, style);
  if (outcome.unlockable.empty()) return LockText(outcome, style).render();
  std::string text;
  for (const std::string& path : outcome.unlockable) text += "  " + path + "\n";
  return text + "nothing was written: these files cannot stand in a lock\n";
}

}  // namespace hubward
