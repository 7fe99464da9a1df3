#include "runner/ledger/ledger.h"

#include "runner/ledger/database.h"
#include "runner/ledger/state_folder.h"
#include "verifier/text/show.h"

#include <sys/stat.h>

#include <filesystem>
#include <utility>

namespace hubward {
namespace {

// "hbwd", in the file's header, where file(1) and SQLite's tools look for it too.
constexpr std::int64_t kApplication = 0x68627764;
constexpr std::int64_t kSchema = 1;

constexpr const char* kMakeSchema = R"(
  CREATE TABLE cache(
    id INTEGER PRIMARY KEY, path BLOB NOT NULL, device INTEGER NOT NULL, inode INTEGER NOT NULL,
    UNIQUE(path, device, inode)) STRICT;
  CREATE TABLE proof(
    cache INTEGER NOT NULL, device INTEGER NOT NULL, inode INTEGER NOT NULL,
    size INTEGER NOT NULL, mtime INTEGER NOT NULL, ctime INTEGER NOT NULL,
    git_sha1 BLOB, sha256 BLOB, read_at INTEGER NOT NULL, seen_at INTEGER NOT NULL,
    PRIMARY KEY(cache, device, inode)) STRICT, WITHOUT ROWID;
  PRAGMA application_id = 0x68627764;
  PRAGMA user_version = 1;
)";

/// A directory at its canonical path: a cache that was moved, or put in the place of another, is
/// another cache.
struct CacheRoot {
  std::string path;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
};

std::int64_t nanoseconds(std::chrono::nanoseconds duration) { return duration.count(); }

/// SQLite's integers have a sign; the bits stay.
std::int64_t stored(std::uint64_t number) { return static_cast<std::int64_t>(number); }
std::uint64_t restored(std::int64_t number) { return static_cast<std::uint64_t>(number); }

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

std::span<const std::byte> bytes_of(const std::optional<Digest>& digest) {
  return digest ? digest->bytes() : std::span<const std::byte>();
}

std::optional<CacheRoot> root_of(const std::string& cache_path) {
  std::error_code failure;
  CacheRoot root{.path = std::filesystem::canonical(cache_path, failure).string()};
  struct stat status = {};
  if (failure || ::stat(root.path.c_str(), &status) != 0) return std::nullopt;
  root.device = status.st_dev;
  root.inode = status.st_ino;
  return root;
}

/// The ledger, open for one access.
class Ledger {
 public:
  /// @param folder  outlives this
  static Result<Ledger> open(const StateFolder& folder) {
    HUBWARD_TRY(const Sqlite sqlite, load_sqlite());
    auto loaded = std::make_unique<const Sqlite>(sqlite);
    HUBWARD_TRY(Database database, Database::open(*loaded, folder.file()));
    return Ledger(std::move(loaded), std::move(database));
  }

  /// Whether it is a ledger as this version makes them; an empty one is none yet.
  Result<bool> expect_ours() {
    HUBWARD_TRY(const std::int64_t schema, database_.number("PRAGMA user_version"));
    HUBWARD_TRY(const std::int64_t application, database_.number("PRAGMA application_id"));
    if (schema == kSchema && application == kApplication) return true;
    HUBWARD_TRY(const std::int64_t tables, database_.number("SELECT count(*) FROM sqlite_schema"));
    if (schema == 0 && application == 0 && tables == 0) return false;
    return fail(ErrorKind::bad_input, "",
                application == kApplication ? "was made by another version of hubward"
                                            : "is another program's");
  }

  Result<void> make_ours() {
    HUBWARD_TRY_VOID(database_.execute("PRAGMA journal_mode = WAL"));
    HUBWARD_TRY_VOID(database_.execute("BEGIN IMMEDIATE"));
    HUBWARD_TRY(const bool is_made, expect_ours());  // by another process meanwhile
    if (!is_made) HUBWARD_TRY_VOID(database_.execute(kMakeSchema));
    return database_.execute("COMMIT");
  }

  Result<std::vector<ProofRecord>> proofs_of(const CacheRoot& root, const LedgerRequest& request);
  Result<void> write(const CacheRoot& root, const LedgerRequest& request,
                     const std::vector<ProofRecord>& read,
                     const std::vector<ProofRecord>& believed);

 private:
  Ledger(std::unique_ptr<const Sqlite> sqlite, Database database)
      : sqlite_(std::move(sqlite)), database_(std::move(database)) {}

  Result<std::int64_t> number_of(const CacheRoot& root);
  Result<void> write_read(std::int64_t cache, std::int64_t now,
                          const std::vector<ProofRecord>& read);
  Result<void> write_believed(std::int64_t cache, std::int64_t now,
                              const std::vector<ProofRecord>& believed);
  Result<void> forget(const LedgerRequest& request);

  std::unique_ptr<const Sqlite> sqlite_;  // the database points to it
  Database database_;
};

Result<std::vector<ProofRecord>> Ledger::proofs_of(const CacheRoot& root,
                                                   const LedgerRequest& request) {
  HUBWARD_TRY(
      Statement rows,
      database_.prepare("SELECT device, inode, size, mtime, ctime, git_sha1, sha256, read_at,"
                        " seen_at FROM proof WHERE read_at BETWEEN ?1 AND ?2 AND cache ="
                        " (SELECT id FROM cache WHERE path = ?3 AND device = ?4 AND inode = ?5)"
                        " ORDER BY device, inode"));
  // What was read in the future was read by another clock.
  rows.bind(1, request.recheck_after ? request.now - nanoseconds(*request.recheck_after) : 0);
  rows.bind(2, request.now);
  rows.bind(3, bytes_of(root.path));
  rows.bind(4, stored(root.device));
  rows.bind(5, stored(root.inode));
  std::vector<ProofRecord> records;
  for (;;) {
    HUBWARD_TRY(const bool has_row, rows.step());
    if (!has_row) return records;
    const auto git_sha1 = Digest::from_bytes(DigestAlgorithm::git_sha1, rows.bytes(5));
    const auto sha256 = Digest::from_bytes(DigestAlgorithm::sha256, rows.bytes(6));
    records.push_back({.identity = {.device = restored(rows.number(0)),
                                    .inode = restored(rows.number(1)),
                                    .size = restored(rows.number(2)),
                                    .mtime = rows.number(3),
                                    .ctime = rows.number(4)},
                       .git_sha1 = git_sha1,
                       .sha256 = sha256,
                       .read_at = rows.number(7),
                       .seen_at = rows.number(8)});
  }
}

Result<std::int64_t> Ledger::number_of(const CacheRoot& root) {
  HUBWARD_TRY(
      Statement insert,
      database_.prepare("INSERT OR IGNORE INTO cache(path, device, inode) VALUES(?1, ?2, ?3)"));
  HUBWARD_TRY(
      Statement select,
      database_.prepare("SELECT id FROM cache WHERE path = ?1 AND device = ?2 AND inode = ?3"));
  for (Statement* statement : {&insert, &select}) {
    statement->bind(1, bytes_of(root.path));
    statement->bind(2, stored(root.device));
    statement->bind(3, stored(root.inode));
  }
  HUBWARD_TRY_VOID(insert.run());
  HUBWARD_TRY(const bool has_row, select.step());
  if (!has_row) return fail(ErrorKind::bad_input, "", "is damaged");
  return select.number(0);
}

Result<void> Ledger::write_read(std::int64_t cache, std::int64_t now,
                                const std::vector<ProofRecord>& read) {
  HUBWARD_TRY(
      Statement insert,
      database_.prepare("INSERT OR REPLACE INTO proof(cache, device, inode, size, mtime, ctime,"
                        " git_sha1, sha256, read_at, seen_at)"
                        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"));
  insert.bind(1, cache);
  insert.bind(10, now);
  for (const ProofRecord& record : read) {
    insert.bind(2, stored(record.identity.device));
    insert.bind(3, stored(record.identity.inode));
    insert.bind(4, stored(record.identity.size));
    insert.bind(5, record.identity.mtime);
    insert.bind(6, record.identity.ctime);
    insert.bind(7, bytes_of(record.git_sha1));
    insert.bind(8, bytes_of(record.sha256));
    insert.bind(9, record.read_at);
    HUBWARD_TRY_VOID(insert.run());
  }
  return {};
}

Result<void> Ledger::write_believed(std::int64_t cache, std::int64_t now,
                                    const std::vector<ProofRecord>& believed) {
  HUBWARD_TRY(Statement update,
              database_.prepare("UPDATE proof SET seen_at = ?1 WHERE cache = ?2 AND device = ?3"
                                " AND inode = ?4"));
  update.bind(1, now);
  update.bind(2, cache);
  for (const ProofRecord& record : believed) {
    update.bind(3, stored(record.identity.device));
    update.bind(4, stored(record.identity.inode));
    HUBWARD_TRY_VOID(update.run());
  }
  return {};
}

Result<void> Ledger::forget(const LedgerRequest& request) {
  HUBWARD_TRY(Statement old, database_.prepare("DELETE FROM proof WHERE seen_at < ?1"));
  old.bind(1, request.now - nanoseconds(kLedgerForgets));
  HUBWARD_TRY_VOID(old.run());
  HUBWARD_TRY(const std::int64_t count, database_.number("SELECT count(*) FROM proof"));
  const auto most = static_cast<std::int64_t>(request.most_records);
  if (count > most) {
    HUBWARD_TRY(Statement surplus,
                database_.prepare("DELETE FROM proof WHERE (cache, device, inode) IN (SELECT cache,"
                                  " device, inode FROM proof ORDER BY seen_at LIMIT ?1)"));
    surplus.bind(1, count - most);
    HUBWARD_TRY_VOID(surplus.run());
  }
  return database_.execute("DELETE FROM cache WHERE id NOT IN (SELECT cache FROM proof)");
}

Result<void> Ledger::write(const CacheRoot& root, const LedgerRequest& request,
                           const std::vector<ProofRecord>& read,
                           const std::vector<ProofRecord>& believed) {
  // Lost is what a power cut finds unwritten, never what was there before.
  HUBWARD_TRY_VOID(database_.execute("PRAGMA synchronous = NORMAL"));
  HUBWARD_TRY_VOID(database_.execute("BEGIN IMMEDIATE"));
  HUBWARD_TRY(const std::int64_t cache, number_of(root));
  HUBWARD_TRY_VOID(write_read(cache, request.now, read));
  HUBWARD_TRY_VOID(write_believed(cache, request.now, believed));
  HUBWARD_TRY_VOID(forget(request));
  return database_.execute("COMMIT");
}

/// What was to be done with it has failed: a ledger that cannot be understood goes.
Error after_failure(Error error, StateFolder& folder) {
  if (error.where.empty()) error.where = show(folder.file());
  if (error.kind != ErrorKind::bad_input) return error;
  if (const auto gone = folder.throw_away(); !gone) return gone.error();
  error.what += "; it is thrown away and begun anew";
  return error;
}

}  // namespace

Result<std::vector<ProofRecord>> recall_proofs(const LedgerRequest& request) {
  const auto root = root_of(request.cache_path);
  if (!root) return std::vector<ProofRecord>();
  HUBWARD_TRY(std::optional<StateFolder> folder, StateFolder::open(request.folder));
  if (!folder) return std::vector<ProofRecord>();
  const auto recalled = [&]() -> Result<std::vector<ProofRecord>> {
    HUBWARD_TRY(Ledger ledger, Ledger::open(*folder));
    HUBWARD_TRY(const bool is_made, ledger.expect_ours());
    if (!is_made) return std::vector<ProofRecord>();
    return ledger.proofs_of(*root, request);
  };
  auto records = recalled();
  if (!records) return tl::unexpected(after_failure(std::move(records.error()), *folder));
  return records;
}

Result<void> record_proofs(const LedgerRequest& request, const std::vector<ProofRecord>& read,
                           const std::vector<ProofRecord>& believed) {
  const auto root = root_of(request.cache_path);
  if (!root || (read.empty() && believed.empty())) return {};
  HUBWARD_TRY(StateFolder folder, StateFolder::make(request.folder));
  const auto recorded = [&]() -> Result<void> {
    HUBWARD_TRY(Ledger ledger, Ledger::open(folder));
    HUBWARD_TRY(const bool is_made, ledger.expect_ours());
    if (!is_made) HUBWARD_TRY_VOID(ledger.make_ours());
    return ledger.write(*root, request, read, believed);
  };
  auto done = recorded();
  if (!done) return tl::unexpected(after_failure(std::move(done.error()), folder));
  return done;
}

}  // namespace hubward
