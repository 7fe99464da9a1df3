// The whole way from a manifest and a directory to a Report. Reads only; needs no network, no write
// access and no environment.
#pragma once

#include <hubward/lock_file.h>
#include <hubward/manifest.h>
#include <hubward/report.h>
#include <hubward/result.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hubward {

class Disk;       // verifier/cache/disk.h
class ProofBook;  // verifier/proof/proof_book.h

/// Which client's habits decide what an intact entry may still be hidden from.
enum class CacheClient : std::uint8_t { python, hf_hub_0 };

/// Progress, told from any worker thread; implementations lock for themselves.
class Observer {
 public:
  virtual ~Observer() = default;
  /// Before the first byte is hashed. `bytes` are those whose size is known by then.
  virtual void hashing_begins(std::uint64_t /*blobs*/, std::uint64_t /*bytes*/) {}
  /// So much is added to them.
  virtual void more_to_hash(std::uint64_t /*bytes*/) {}
  virtual void bytes_hashed(std::uint64_t /*bytes*/) {}
};

struct VerifyRequest {
  std::string cache_path;  ///< absolute
  std::string cache_source = "flag";
  std::string place_flags;  ///< as Report::place_flags
  /// Directories outside the cache that directory links may lead to; absolute.
  std::vector<std::string> allow_roots;
  const Manifest* manifest = nullptr;  ///< borrowed for the call; nullptr: only with Scope::all
  const LockFile* lock = nullptr;      ///< borrowed for the call; nullptr: none
  /// Indexes into manifest->entries that are judged; empty: all of them.
  std::vector<std::size_t> selected;
  Scope scope = Scope::manifest;
  Level level = Level::content;
  Basis require = Basis::assumed;
  CacheClient client = CacheClient::python;
  bool hf_home_set =
      false;             ///< the environment sets HF_HOME, which hf-hub 0.x's Api::new() ignores
  bool for_run = false;  ///< client-blind is a warning then, else a note
  unsigned jobs = 0;     ///< worker threads; 0: one per core
  /// Names in the report each file of an entry, also where nothing is wrong with it.
  bool list_files = false;
  std::optional<Shard> shard;  ///< hashes this share of the blobs alone
};

/// Verifies a cache.
///
/// Damage is a Finding, never an Error, also when a file of the cache cannot be read. A cache
/// directory that does not exist gives a Report (incomplete).
/// @param disk      borrowed; the one door to the cache
/// @param observer  called from any worker
/// @param book      proofs of earlier calls that are believed while a file's identity and times
///                  stand; extended by this call; may be nullptr
/// @return the report, its exit_code set
/// Errors: no_such_input when the cache is not a directory, io when its root cannot be read, usage
/// for a shard that is none.
Result<Report> verify(const VerifyRequest& request, const Disk& disk, Observer& observer,
                      ProofBook* book);

/// The same for a program that links the library: reads the cache at `request.cache_path`, and
/// remembers nothing from one call to the next.
Result<Report> verify(const VerifyRequest& request, Observer& observer);

/// The disk that `verify` reads in production: beneath `cache_path`, following nothing.
std::unique_ptr<Disk> real_disk(const std::string& cache_path,
                                const std::vector<std::string>& allow_roots);

}  // namespace hubward
