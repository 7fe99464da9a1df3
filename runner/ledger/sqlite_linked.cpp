#include "runner/ledger/sqlite.h"

namespace hubward {

static_assert(SQLITE_VERSION_NUMBER >= kOldestSqlite);

Result<Sqlite> load_sqlite() {
  return Sqlite{.libversion_number = ::sqlite3_libversion_number,
                .open_v2 = ::sqlite3_open_v2,
                .close = ::sqlite3_close,
                .busy_timeout = ::sqlite3_busy_timeout,
                .errmsg = ::sqlite3_errmsg,
                .exec = ::sqlite3_exec,
                .prepare_v2 = ::sqlite3_prepare_v2,
                .step = ::sqlite3_step,
                .reset = ::sqlite3_reset,
                .finalize = ::sqlite3_finalize,
                .bind_int64 = ::sqlite3_bind_int64,
                .bind_blob = ::sqlite3_bind_blob,
                .bind_null = ::sqlite3_bind_null,
                .column_int64 = ::sqlite3_column_int64,
                .column_blob = ::sqlite3_column_blob,
                .column_bytes = ::sqlite3_column_bytes};
}

}  // namespace hubward
