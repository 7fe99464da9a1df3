// What a person can do about findings of one code with this version of hubward: a sentence, and a
// command where one can be written that does no harm when pasted.
#pragma once

#include <hubward/finding.h>
#include <hubward/report.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

/// For what the manifest asks for.
inline constexpr std::string_view kFetchCommand = "hubward fetch";
/// For one that the manifest names; --all also for the others.
inline constexpr std::string_view kRepairCommand = "hubward repair";

enum class Means : std::uint8_t { advice_only, fetch, repair, verify_again, remove, remove_folder };

struct Mending {
  Means means = Means::advice_only;
  std::string_view advice;  ///< a sentence, static
  std::string command;      ///< empty where none can be written
};

/// @param places  findings of one code, at least one
Mending mending_of(const std::vector<const Finding*>& places, const Report& report);

/// A command of hubward's that looks where this report's did.
std::string looking_there(std::string_view command, const Report& report);

/// The argument as a shell takes it; empty when its bytes are not fit to be pasted.
std::string shell_word(std::string_view bytes);

}  // namespace hubward
