#include "verifier/lock_report.h"

#include "verifier/report/counted.h"
#include "verifier/report/paint.h"
#include "verifier/text/show.h"
#include "verifier/text/units.h"
#include "verifier/text/utf8.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>
#include <vector>

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

/// More changes of one entry are counted, unless --verbose.
constexpr std::size_t kMostOfEntry = 20;
/// A longer name moves the columns of its own row alone.
constexpr std::size_t kWidestName = 44;
/// Of a digest or commit, unless --verbose: enough to tell two from each other.
constexpr std::size_t kDigitsShown = 12;

/// Exact where the other side's would read alike.
std::string size_of(const LockedSide& side, const LockedSide& other) {
  if (!side.size) return {};
  std::string text = format_size(*side.size);
  const bool reads_alike =
      other.size && *other.size != *side.size && format_size(*other.size) == text;
  return reads_alike ? fmt::format("{} B", *side.size) : text;
}

/// What a lock takes up without being told to move its pins.
bool is_mere_growth(const LockChange& change) {
  return change.kind == LockChangeKind::repo_added || change.kind == LockChangeKind::repo_removed;
}

bool is_same_entry(const LockChange& change, const LockChange& other) {
  return change.repo == other.repo && change.revision == other.revision &&
         is_mere_growth(change) == is_mere_growth(other);
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
    measure();
    for (std::size_t at = 0; at < outcome_.changes.size();) at = entry(at);
  }

  void measure() {
    for (const LockChange& change : outcome_.changes) {
      if (is_mere_growth(change)) {
        const std::size_t name = count_characters(name_of(change.repo, change.revision));
        name_width_ = std::max(name_width_, std::min(name, kWidestName));
        continue;
      }
      measure(change.before, change.after);
      measure(change.after, change.before);
    }
  }

  void measure(const LockedSide& side, const LockedSide& other) {
    size_width_ = std::max(size_width_, size_of(side, other).size());
    oid_width_ = std::max(oid_width_, oid_of(side).size());
  }

  std::string cut(std::string digits, std::size_t before) const {
    if (style_.verbosity != Verbosity::verbose) digits.resize(before + kDigitsShown);
    return digits;
  }

  std::string oid_of(const LockedSide& side) const {
    if (!side.oid) return {};
    std::string tagged = side.oid->tagged();
    const std::size_t digits = tagged.find(':') + 1;
    return cut(std::move(tagged), digits);
  }

  /// @return where the next entry's changes begin
  std::size_t entry(std::size_t at) {
    const std::vector<LockChange>& changes = outcome_.changes;
    const LockChange& first = changes[at];
    if (is_mere_growth(first)) {
      whole(first);
      return at + 1;
    }
    std::size_t end = at;
    while (end < changes.size() && is_same_entry(changes[end], first)) ++end;
    const bool shows_all = style_.verbosity == Verbosity::verbose || end - at <= kMostOfEntry;
    const std::size_t shown_end = shows_all ? end : at + kMostOfEntry;
    line(Ink::plain, "  " + name_of(first.repo, first.revision));
    for (; at < shown_end; ++at) sides(changes[at]);
    if (at < end) {
      line(Ink::plain, fmt::format("      … and {} more (-v lists them)", end - at));
    }
    return end;
  }

  void whole(const LockChange& change) {
    const bool is_new = change.kind == LockChangeKind::repo_added;
    const LockedSide& side = is_new ? change.after : change.before;
    std::string text = name_of(change.repo, change.revision);
    if (side.commit)
      text = fmt::format("{:<{}}  {}", text, name_width_, cut(side.commit->hex(), 0));
    if (side.files) text += fmt::format("  {:>10}", counted(*side.files, "file", "files"));
    if (side.size) text += fmt::format("  {:>8}", format_size(*side.size));
    line(is_new ? Ink::good : Ink::bad, (is_new ? "+ " : "- ") + text + why(change));
  }

  /// The path comes last, as the one column that may be of any width.
  std::string row(const LockChange& change, const LockedSide& side, const LockedSide& other) const {
    if (change.path.empty()) return side.commit ? "commit " + side.commit->hex() : "";
    std::string text;
    if (size_width_ > 0) text += fmt::format("{:>{}}  ", size_of(side, other), size_width_);
    if (oid_width_ > 0) text += fmt::format("{:<{}}  ", oid_of(side), oid_width_);
    return text + show(change.path);
  }

  void sides(const LockChange& change) {
    if (change.kind != LockChangeKind::file_added) {
      const bool is_last = change.kind == LockChangeKind::file_removed || !change.after.commit;
      const bool says_why = is_last && change.kind != LockChangeKind::file_changed;
      line(Ink::bad, fmt::format("-     {}{}", row(change, change.before, change.after),
                                 says_why ? why(change) : ""));
    }
    if (change.kind == LockChangeKind::file_removed) return;
    if (change.kind == LockChangeKind::commit_moved && !change.after.commit) return;
    line(Ink::good,
         fmt::format("+     {}{}", row(change, change.after, change.before), why(change)));
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
      return fmt::format("`hubward lock{}` brings it up to date", outcome_.place_flags);
    }
    return fmt::format(
        "`hubward fetch{}` brings what it says, `hubward lock --update{}` locks what the cache has",
        outcome_.place_flags, outcome_.place_flags);
  }

  const LockOutcome& outcome_;
  TextStyle style_;
  std::string out_;
  // Of the widest of their columns; 0: no change has it.
  std::size_t name_width_ = 0;
  std::size_t size_width_ = 0;
  std::size_t oid_width_ = 0;
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
