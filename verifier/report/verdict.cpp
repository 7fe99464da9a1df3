// The words of a report and its one-line verdict. "complete" alone would promise too much: an entry
// that only its own blob names vouch for is not as sure as a locked one, so the line says the
// bases.
#include <hubward/report.h>

#include <fmt/format.h>

#include <array>

namespace hubward {

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::complete: return "complete";
    case Verdict::incomplete: return "incomplete";
    case Verdict::corrupt: return "corrupt";
  }
  return "corrupt";
}

std::string_view to_string(Basis basis) {
  switch (basis) {
    case Basis::assumed: return "assumed";
    case Basis::tree: return "tree";
    case Basis::lock: return "lock";
  }
  return "assumed";
}

std::string_view to_string(Level level) {
  switch (level) {
    case Level::layout: return "layout";
    case Level::size: return "size";
    case Level::content: return "content";
  }
  return "content";
}

std::string_view to_string(Scope scope) {
  switch (scope) {
    case Scope::manifest: return "manifest";
    case Scope::all: return "all";
  }
  return "manifest";
}

std::optional<Basis> basis_from(std::string_view text) {
  for (const Basis basis : {Basis::assumed, Basis::tree, Basis::lock}) {
    if (to_string(basis) == text) return basis;
  }
  return std::nullopt;
}

std::optional<Level> level_from(std::string_view text) {
  for (const Level level : {Level::layout, Level::size, Level::content}) {
    if (to_string(level) == text) return level;
  }
  return std::nullopt;
}

int exit_code_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::complete: return 0;
    case Verdict::incomplete: return 1;
    case Verdict::corrupt: return 2;
  }
  return 2;
}

namespace {

/// A shard knows nothing of the others' blobs, so it never says "complete".
std::string shard_line(const Report& report) {
  const ShardPart& part = *report.shard;
  const std::string head = "shard " + to_string(part.shard);
  if (report.verdict != Verdict::complete) {
    return fmt::format("{}: {}", head, to_string(report.verdict));
  }
  if (report.level != Level::content) return head + ": nothing wrong seen";
  if (part.blobs == 1) return head + ": its one blob is sound";
  return fmt::format("{}: its {} blobs are sound", head, part.blobs);
}

}  // namespace

std::string verdict_line(const Report& report) {
  if (report.shard) return shard_line(report);
  std::string bases;
  for (const Basis basis : {Basis::lock, Basis::tree, Basis::assumed}) {
    std::size_t entries = 0;
    for (const RepoRow& row : report.repos) {
      if (!row.optional && row.basis == basis) ++entries;
    }
    if (entries == 0) continue;
    bases += fmt::format("{}{} {}", bases.empty() ? "" : ", ", to_string(basis), entries);
  }
  std::string line(to_string(report.verdict));
  if (!bases.empty()) line += " (" + bases + ")";
  return line;
}

}  // namespace hubward
