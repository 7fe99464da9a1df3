#include "runner/ledger/sqlite.h"
#include "verifier/text/show.h"

#include <dlfcn.h>

namespace hubward {
namespace {

// The ABI has had this number since 2004.
constexpr const char* kSoname = "libsqlite3.so.0";

template <class Function>
bool find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  return function != nullptr;
}

bool find_all(void* library, Sqlite& sqlite) {
  return find(library, "sqlite3_libversion_number", sqlite.libversion_number) &&
         find(library, "sqlite3_open_v2", sqlite.open_v2) &&
         find(library, "sqlite3_close", sqlite.close) &&
         find(library, "sqlite3_busy_timeout", sqlite.busy_timeout) &&
         find(library, "sqlite3_errmsg", sqlite.errmsg) &&
         find(library, "sqlite3_exec", sqlite.exec) &&
         find(library, "sqlite3_prepare_v2", sqlite.prepare_v2) &&
         find(library, "sqlite3_step", sqlite.step) &&
         find(library, "sqlite3_reset", sqlite.reset) &&
         find(library, "sqlite3_finalize", sqlite.finalize) &&
         find(library, "sqlite3_bind_int64", sqlite.bind_int64) &&
         find(library, "sqlite3_bind_blob", sqlite.bind_blob) &&
         find(library, "sqlite3_bind_null", sqlite.bind_null) &&
         find(library, "sqlite3_column_int64", sqlite.column_int64) &&
         find(library, "sqlite3_column_blob", sqlite.column_blob) &&
         find(library, "sqlite3_column_bytes", sqlite.column_bytes);
}

tl::unexpected<Error> cannot_load() {
  const char* why = ::dlerror();
  return fail(ErrorKind::io, kSoname,
              "cannot be loaded: " + show(why == nullptr ? "unknown reason" : why, 200));
}

}  // namespace

Result<Sqlite> load_sqlite() {
  // Bound as they are called: of its functions a few are.
  void* const library = ::dlopen(kSoname, RTLD_LAZY | RTLD_LOCAL);
  if (library == nullptr) return cannot_load();
  Sqlite sqlite{};
  if (!find_all(library, sqlite)) return cannot_load();
  if (sqlite.libversion_number() < kOldestSqlite) {
    return fail(ErrorKind::io, kSoname, "is older than 3.37");
  }
  return sqlite;
}

}  // namespace hubward
