// The page that GitHub shows for a job: Markdown, in which a hostile file name must stay a file
// name.
#pragma once

#include <hubward/report.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace hubward {

struct SummaryFacts {
  std::string_view heading;  ///< of our own words: "hubward: offline (complete)"
  std::string_view why;      ///< one sentence, safe for eyes, not yet for Markdown
};

/// The runner drops a summary of more than 1,024 KiB; this much is used of it.
inline constexpr std::size_t kMaxSummaryBytes = 1'000'000;

/// Begins and ends with a newline. Rows that do not fit are counted instead.
/// @param max_bytes  never exceeded; empty when not even the heading fits
std::string job_summary(const Report& report, const SummaryFacts& facts, std::size_t max_bytes);

/// Below it, of a command that was guarded.
/// @param heading  of our own words, safe for eyes
/// @param lines    sentences, safe for eyes, not yet for Markdown
std::string guard_summary(std::string_view heading, std::span<const std::string> lines,
                          std::size_t max_bytes);

/// Plain text for any place of a Markdown page: every ASCII punctuation mark as an entity.
std::string markdown_text(std::string_view bytes);

}  // namespace hubward
