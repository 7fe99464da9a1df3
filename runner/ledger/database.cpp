#include "runner/ledger/database.h"

#include "verifier/text/show.h"

namespace hubward {
namespace {

ErrorKind kind_of(int code) {
  switch (code & 0xFF) {  // the primary one
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
    case SQLITE_ERROR:  // our questions are right, so its tables are not
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_SCHEMA: return ErrorKind::bad_input;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL: return ErrorKind::try_later;
    default: return ErrorKind::io;
  }
}

tl::unexpected<Error> failure(const Sqlite& sqlite, sqlite3* database, int code) {
  const ErrorKind kind = kind_of(code);
  const std::string what =
      database == nullptr ? "out of memory" : show(sqlite.errmsg(database), 200);
  return fail(kind, "", kind == ErrorKind::bad_input ? "is damaged (" + what + ")" : what);
}

}  // namespace

void Statement::bind(int at, std::span<const std::byte> bytes) {
  if (bytes.empty()) {
    sqlite_->bind_null(statement_.get(), at);
  } else {
    sqlite_->bind_blob(statement_.get(), at, bytes.data(), static_cast<int>(bytes.size()),
                       SQLITE_STATIC);
  }
}

Result<void> Statement::run() {
  HUBWARD_TRY([[maybe_unused]] const bool has_row, step());
  sqlite_->reset(statement_.get());
  return {};
}

Result<bool> Statement::step() {
  const int code = sqlite_->step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return failure(*sqlite_, database_, code);
}

std::span<const std::byte> Statement::bytes(int at) const {
  const void* const data = sqlite_->column_blob(statement_.get(), at);
  const int size = sqlite_->column_bytes(statement_.get(), at);
  if (data == nullptr || size <= 0) return {};
  return {static_cast<const std::byte*>(data), static_cast<std::size_t>(size)};
}

Result<Database> Database::open(const Sqlite& sqlite, const std::string& path) {
  sqlite3* raw = nullptr;
  const int code =
      sqlite.open_v2(path.c_str(), &raw,
                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW, nullptr);
  Database database(sqlite, raw);
  if (code != SQLITE_OK) return failure(sqlite, raw, code);
  sqlite.busy_timeout(raw, static_cast<int>(kMostWait.count()));
  return database;
}

Result<void> Database::execute(const char* sql) {
  const int code = sqlite_->exec(database_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failure(*sqlite_, database_.get(), code);
  return {};
}

Result<Statement> Database::prepare(const char* sql) {
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite_->prepare_v2(database_.get(), sql, -1, &raw, nullptr);
  if (code != SQLITE_OK) return failure(*sqlite_, database_.get(), code);
  return Statement(*sqlite_, database_.get(), raw);
}

Result<std::int64_t> Database::number(const char* sql) {
  HUBWARD_TRY(Statement statement, prepare(sql));
  HUBWARD_TRY(const bool has_row, statement.step());
  return has_row ? statement.number(0) : 0;
}

}  // namespace hubward
