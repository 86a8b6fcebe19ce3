// Database: one connection to library.db, opened the one way that every process of ours opens it (WAL,
// synchronous FULL, foreign keys, busy timeout), and brought to this build's format. Source:
// sqlite.org/wal.html, pragma.html.
//
// Threads: a connection belongs to one thread. Any number of processes may have the same library open.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "base/result.h"
#include "store/query.h"

namespace keepleaf::store {

inline constexpr std::int32_t kApplicationId = 0x4B4C4631;  // "KLF1"
inline constexpr std::uint32_t kFormat = 5;                 // the newest migration this build knows

inline constexpr std::chrono::milliseconds kPatience{10'000};

enum class OpenMode : std::uint8_t { read_write, read_only };

class Database {
 public:
  // Creates and migrates in read_write mode; a library of an older format can be read as it is. Errors:
  // newer_format, corrupt (not a Keepleaf library, or damaged), read_only, no_space, busy, io, not_found
  // (read_only mode, no file).
  //
  // A read-only folder: SQLite reads a WAL database only with its -shm file, which it can't make there. When
  // no -wal with content is left, nobody can be writing either, and the file is opened as immutable;
  // otherwise the error says that the last changes still wait in the -wal.
  static Result<std::unique_ptr<Database>> open(const std::filesystem::path& file, OpenMode mode);

  SQLite::Database& sql() { return *sql_; }
  const SQLite::Database& sql() const { return *sql_; }
  const std::filesystem::path& file() const { return file_; }
  bool read_only() const { return mode_ == OpenMode::read_only; }
  // Of the file: kFormat, or an older one when it is only read.
  std::uint32_t format() const { return format_; }
  StatementCache& statements() { return statements_; }
  // How long a write waits for another connection's; kPatience at first.
  void set_patience(std::chrono::milliseconds patience);
  // Brings everything into the database file and empties the log, which keeps pages as they were before.
  // False: another connection reads an old moment, or is at it itself; waits for it a moment only.
  Result<bool> empty_log();
  // A number that changes when another connection has changed the database: within a ReadView or Transaction,
  // what was read under the same number is still true, apart from what this connection changed itself.
  // Throws.
  std::int64_t data_version();

 private:
  Database(std::unique_ptr<SQLite::Database> sql, std::filesystem::path file, OpenMode mode,
           std::uint32_t format);

  std::unique_ptr<SQLite::Database> sql_;
  StatementCache statements_;  // after sql_: its statements go before the connection does
  std::filesystem::path file_;
  OpenMode mode_;
  std::uint32_t format_;
};

// Turns SQLite's exception into an Error with the code that fits its result code. `what` completes "Could not
// …".
Error error_from(const SQLite::Exception& exception, const std::string& what);

template <class T>
concept ResultLike = requires(T& value) {
  value.error();
  value.has_value();
};

// guard("store the link", [&] { … }) runs code that may throw SQLite::Exception and returns Result<its
// value>. The lambda may itself return a Result, which is passed on.
template <class F>
auto guard(const std::string& what, F&& action) {
  using Value = std::invoke_result_t<F>;
  using Outcome = std::conditional_t<ResultLike<Value>, Value, Result<Value>>;
  try {
    if constexpr (std::is_void_v<Value>) {
      std::forward<F>(action)();
      return Status{};
    } else {
      return Outcome(std::forward<F>(action)());
    }
  } catch (const SQLite::Exception& exception) {
    if constexpr (std::is_void_v<Value>) {
      return Status(tl::unexpected<Error>(error_from(exception, what)));
    } else {
      return Outcome(tl::unexpected<Error>(error_from(exception, what)));
    }
  }
}

// One consistent view for several SELECTs (BEGIN DEFERRED); nothing is written. Throws: use it inside
// guard(). Inside a write transaction it does nothing.
class ReadView {
 public:
  explicit ReadView(Database& database);
  ~ReadView();
  ReadView(const ReadView&) = delete;
  ReadView& operator=(const ReadView&) = delete;

 private:
  Database& database_;
  bool opened_ = false;
};

// A write transaction: BEGIN IMMEDIATE, so that it never fails half-way for a lock. Rolls back unless
// commit() ran. Throws SQLite::Exception: use it inside guard().
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace keepleaf::store
