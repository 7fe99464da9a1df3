// SQLite's functions, loaded when a ledger is first opened (sqlite_loaded.cpp), or in the program
// itself (sqlite_linked.cpp, HUBWARD_PORTABLE).
//
// Linked, the system's takes 0.6 ms of every start, also of those that look at no ledger
// (docs/performance.md). Without it hubward works, and reads every blob each time.
#pragma once

#include <hubward/result.h>

#include <sqlite3.h>

namespace hubward {

/// Those that database.cpp calls, by their names without "sqlite3_".
struct Sqlite {
  decltype(&::sqlite3_libversion_number) libversion_number;
  decltype(&::sqlite3_open_v2) open_v2;
  decltype(&::sqlite3_close) close;
  decltype(&::sqlite3_busy_timeout) busy_timeout;
  decltype(&::sqlite3_errmsg) errmsg;
  decltype(&::sqlite3_exec) exec;
  decltype(&::sqlite3_prepare_v2) prepare_v2;
  decltype(&::sqlite3_step) step;
  decltype(&::sqlite3_reset) reset;
  decltype(&::sqlite3_finalize) finalize;
  decltype(&::sqlite3_bind_int64) bind_int64;
  decltype(&::sqlite3_bind_blob) bind_blob;
  decltype(&::sqlite3_bind_null) bind_null;
  decltype(&::sqlite3_column_int64) column_int64;
  decltype(&::sqlite3_column_blob) column_blob;
  decltype(&::sqlite3_column_bytes) column_bytes;
};

/// Errors: io, when it is not installed or too old.
Result<Sqlite> load_sqlite();

/// STRICT tables, which keep a value of another kind out.
inline constexpr int kOldestSqlite = 3'037'000;

}  // namespace hubward
