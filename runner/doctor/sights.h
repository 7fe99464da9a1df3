// What each client would find of a model, and the first thing it would fetch: the same whole cache
// is whole to one client and empty to another, for each finds its snapshot in its own way. Judged
// from a survey; nothing is started. Pure.
#pragma once

#include "runner/doctor/places.h"
#include "verifier/checks/repo_case.h"
#include <hubward/report.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hubward {

enum class Sight : std::uint8_t {
  whole,
  part,
  nothing,
  unknown,  ///< only the Hub could tell
  foreign,  ///< this client does not load such repos
};
std::string_view to_string(Sight sight);

struct ClientSight {
  DoctorClient client = DoctorClient::huggingface_hub;
  Sight sight = Sight::nothing;
  std::uint64_t wanted = 0;  ///< files that the entry needs, as far as they are known
  std::uint64_t found = 0;
  bool asks_hub = false;  ///< although it finds all of it
  std::string first;  ///< what it would fetch first: a repo path or a pattern, raw; may be empty
  std::string why;    ///< a few words, safe for eyes; may be empty
};

/// Of one entry, what is known of it in one cache.
struct EntryGround {
  const RepoCase* repo = nullptr;    ///< nullptr: the cache is not there
  std::vector<std::string> lacking;  ///< repo paths and patterns, as a load would meet them
  std::uint64_t wanted = 0;
};

/// The pointers that lead to no file, and what the report misses of them.
/// @param findings  of the report that belongs to `repo`
EntryGround ground_of(const RepoCase& repo, std::span<const Finding> findings);

/// @param entry  borrowed for the call
ClientSight sight_of(const ClientPlace& place, const ManifestEntry& entry,
                     const EntryGround& ground);

}  // namespace hubward
