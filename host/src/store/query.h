// Query: one use of a prepared statement. Statements are prepared once per connection and kept
// (StatementCache), so that a hot path pays for binding and stepping only.
//
//   Query query(database, "SELECT n FROM link WHERE id = ?");
//   query.bind(id.view());
//   while (query.step()) use(query.integer(0));
//
// Everything throws SQLite::Exception: use it inside guard(). Bound text and bytes are copied, but for
// StaticBytes.
#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/uuid.h"

struct sqlite3_stmt;

namespace keepleaf::store {

class Database;

// SQL that is a literal: its address identifies it in the cache, so anything that could change or go away is
// refused by the compiler.
struct Sql {
  consteval Sql(const char* literal)
      : text(literal) {}  // NOLINT(google-explicit-constructor): literals are the use
  const char* text;
};

class StatementCache {
 public:
  explicit StatementCache(SQLite::Database& sql) : sql_(sql) {}
  ~StatementCache();
  StatementCache(const StatementCache&) = delete;
  StatementCache& operator=(const StatementCache&) = delete;

 private:
  friend class Query;
  sqlite3_stmt* take(const char* text);
  void give_back(const char* text, sqlite3_stmt* statement) noexcept;

  SQLite::Database& sql_;
  std::unordered_map<const void*, std::vector<sqlite3_stmt*>> idle_;
};

// Bytes that outlive the query's last step, bound without a copy.
struct StaticBytes {
  BytesView bytes;
};

class Query {
 public:
  Query(Database& database, Sql sql);
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  // Binds all parameters, from the first.
  template <class... Values>
  Query& bind(const Values&... values) {
    int index = 0;
    (bind_one(++index, values), ...);
    return *this;
  }

  // True while there is a row.
  bool step();
  // Runs a statement that gives no rows, and makes it ready to be bound again.
  void run();
  void reset();

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  std::optional<std::int64_t> maybe_integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;
  BytesView bytes(int column) const;  // valid until the next step
  Uuid uuid(int column) const;        // corrupt library (an exception) when it is not 16 bytes
  Sha256Digest digest(int column) const;

 private:
  void bind_one(int index, std::int64_t value);
  void bind_one(int index, std::uint64_t value) { bind_one(index, static_cast<std::int64_t>(value)); }
  void bind_one(int index, int value) { bind_one(index, static_cast<std::int64_t>(value)); }
  void bind_one(int index, std::uint32_t value) { bind_one(index, static_cast<std::int64_t>(value)); }
  void bind_one(int index, double value);
  void bind_one(int index, std::string_view text);
  void bind_one(int index, const std::string& text) { bind_one(index, std::string_view(text)); }
  void bind_one(int index, const char* text) { bind_one(index, std::string_view(text)); }
  void bind_one(int index, BytesView bytes);
  void bind_one(int index, const Bytes& bytes) { bind_one(index, BytesView(bytes)); }
  void bind_one(int index, StaticBytes bytes);
  void bind_one(int index, const Uuid& id) { bind_one(index, id.view()); }
  void bind_one(int index, const Sha256Digest& digest) { bind_one(index, digest.view()); }
  void bind_one(int index, std::nullopt_t);
  template <class T>
  void bind_one(int index, const std::optional<T>& value) {
    if (value) {
      bind_one(index, *value);
    } else {
      bind_one(index, std::nullopt);
    }
  }
  void check(int code) const;

  Database& database_;
  const char* text_;
  sqlite3_stmt* statement_;
};

}  // namespace keepleaf::store
