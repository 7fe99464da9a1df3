// A SQLite database and its statements, which close themselves; its codes as errors.
#pragma once

#include "runner/ledger/sqlite.h"
#include <hubward/result.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace hubward {

/// How long one access waits for another process: a ledger saves time, so nobody waits for it.
inline constexpr std::chrono::milliseconds kMostWait{100};

/// A row's values are counted from 0, what is bound from 1, as SQLite does. Outlived by its
/// Database.
class Statement {
 public:
  Statement(const Sqlite& sqlite, sqlite3* database, sqlite3_stmt* statement)
      : sqlite_(&sqlite), database_(database), statement_(statement, sqlite.finalize) {}

  void bind(int at, std::int64_t number) { sqlite_->bind_int64(statement_.get(), at, number); }
  /// The bytes are borrowed until the next run. Empty: NULL.
  void bind(int at, std::span<const std::byte> bytes);

  /// For a statement that gives no rows. Errors: as step.
  Result<void> run();
  /// @return whether there is a row. Errors: bad_input when the file is no database of SQLite's or
  /// damaged; try_later when another process holds it; io.
  Result<bool> step();
  std::int64_t number(int at) const { return sqlite_->column_int64(statement_.get(), at); }
  /// Borrowed until the next step. NULL: empty.
  std::span<const std::byte> bytes(int at) const;

 private:
  const Sqlite* sqlite_;  // outlives this
  sqlite3* database_;     // as well
  std::unique_ptr<sqlite3_stmt, decltype(&::sqlite3_finalize)> statement_;
};

class Database {
 public:
  /// Opens what is there, through no link. Errors: as Statement::step.
  static Result<Database> open(const Sqlite& sqlite, const std::string& path);

  /// Errors: as Statement::step.
  Result<void> execute(const char* sql);
  Result<Statement> prepare(const char* sql);
  /// Of a PRAGMA or another question for one number; 0 when there is no answer.
  Result<std::int64_t> number(const char* sql);

 private:
  Database(const Sqlite& sqlite, sqlite3* database)
      : sqlite_(&sqlite), database_(database, sqlite.close) {}

  const Sqlite* sqlite_;  // outlives this
  std::unique_ptr<sqlite3, decltype(&::sqlite3_close)> database_;
};

}  // namespace hubward
