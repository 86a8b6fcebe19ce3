#include "store/query.h"

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

#include "store/database.h"

namespace keepleaf::store {

StatementCache::~StatementCache() {
  for (auto& [text, statements] : idle_)
    for (sqlite3_stmt* statement : statements) sqlite3_finalize(statement);
}

sqlite3_stmt* StatementCache::take(const char* text) {
  auto& idle = idle_[text];
  if (!idle.empty()) {
    sqlite3_stmt* statement = idle.back();
    idle.pop_back();
    return statement;
  }
  sqlite3_stmt* statement = nullptr;
  const int code =
      sqlite3_prepare_v3(sql_.getHandle(), text, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) throw SQLite::Exception(sql_.getHandle(), code);
  return statement;
}

void StatementCache::give_back(const char* text, sqlite3_stmt* statement) noexcept {
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  try {
    idle_[text].push_back(statement);
  } catch (...) {
    sqlite3_finalize(statement);  // without memory for the list the statement is only prepared again
  }
}

Query::Query(Database& database, Sql sql)
    : database_(database), text_(sql.text), statement_(database.statements().take(sql.text)) {}

Query::~Query() { database_.statements().give_back(text_, statement_); }

void Query::check(int code) const {
  if (code != SQLITE_OK) throw SQLite::Exception(database_.sql().getHandle(), code);
}

bool Query::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  throw SQLite::Exception(database_.sql().getHandle(), code);
}

void Query::run() {
  while (step()) {
  }
  reset();
}

void Query::reset() { sqlite3_reset(statement_); }

bool Query::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::optional<std::int64_t> Query::maybe_integer(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

double Query::real(int column) const { return sqlite3_column_double(statement_, column); }

std::string Query::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

BytesView Query::bytes(int column) const {
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

Uuid Query::uuid(int column) const {
  const auto id = Uuid::from_bytes(bytes(column));
  if (!id) throw SQLite::Exception("an id of the library does not have 16 bytes", SQLITE_CORRUPT);
  return *id;
}

Sha256Digest Query::digest(int column) const {
  const auto digest = Sha256Digest::from_bytes(bytes(column));
  if (!digest) throw SQLite::Exception("a digest of the library does not have 32 bytes", SQLITE_CORRUPT);
  return *digest;
}

void Query::bind_one(int index, std::int64_t value) { check(sqlite3_bind_int64(statement_, index, value)); }

void Query::bind_one(int index, double value) { check(sqlite3_bind_double(statement_, index, value)); }

void Query::bind_one(int index, std::string_view text) {
  // A null pointer would bind NULL, where empty text is meant.
  const char* data = text.data() == nullptr ? "" : text.data();
  check(sqlite3_bind_text64(statement_, index, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Query::bind_one(int index, BytesView bytes) {
  const void* data = bytes.empty() ? static_cast<const void*>("") : bytes.data();
  check(sqlite3_bind_blob64(statement_, index, data, bytes.size(), SQLITE_TRANSIENT));
}

void Query::bind_one(int index, StaticBytes value) {
  const void* data = value.bytes.empty() ? static_cast<const void*>("") : value.bytes.data();
  check(sqlite3_bind_blob64(statement_, index, data, value.bytes.size(), SQLITE_STATIC));
}

void Query::bind_one(int index, std::nullopt_t) { check(sqlite3_bind_null(statement_, index)); }

}  // namespace keepleaf::store
