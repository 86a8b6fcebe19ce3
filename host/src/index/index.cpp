#include "index/index.h"

#include <SQLiteCpp/Statement.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>

#include "base/digest.h"
#include "index/evaluate.h"
#include "index/fts.h"
#include "index/query.h"
#include "index/tokenizer.h"

namespace keepleaf::index {
namespace {

// Raise it whenever the tokens of a text or the tables change: every library then rebuilds its index.
constexpr std::int64_t kIndexVersion = 1;

std::int64_t stored_version(const SQLite::Database& sql) {
  SQLite::Statement statement(sql, "SELECT value FROM meta WHERE key = 'index_version'");
  return statement.executeStep() && statement.getColumn(0).isInteger() ? statement.getColumn(0).getInt64()
                                                                       : 0;
}

void store_version(SQLite::Database& sql) {
  SQLite::Statement statement(sql, "INSERT OR REPLACE INTO meta (key, value) VALUES ('index_version', ?1)");
  statement.bind(1, kIndexVersion);
  statement.exec();
}

// And how far it was built again.
void forget_version(SQLite::Database& sql) {
  sql.exec(
      "DELETE FROM meta WHERE key IN"
      " ('index_version', 'index_building', 'index_links_until', 'index_texts_until')");
}

// Everything that one search reads is of one moment.
class ReadMoment {
 public:
  explicit ReadMoment(sqlite3* connection) : connection_(connection) {
    held_ = sqlite3_exec(connection_, "SAVEPOINT keepleaf_search", nullptr, nullptr, nullptr) == SQLITE_OK;
  }
  ~ReadMoment() {
    if (held_) sqlite3_exec(connection_, "RELEASE keepleaf_search", nullptr, nullptr, nullptr);
  }
  ReadMoment(const ReadMoment&) = delete;
  ReadMoment& operator=(const ReadMoment&) = delete;

 private:
  sqlite3* connection_;
  bool held_ = false;
};

// A cursor names the last link of a page and where it stood: "<bits of key> <link> <query>", in hexadecimal.
struct Cursor {
  std::uint64_t key = 0;
  std::uint64_t link = 0;
  std::uint64_t query = 0;
};
constexpr std::size_t kCursorDigits = 16;

std::uint64_t query_mark(std::string_view query) {
  return std::hash<Sha256Digest>{}(sha256(as_bytes(query)));
}

std::string write_cursor(const Cursor& cursor) {
  std::string text;
  for (const std::uint64_t value : {cursor.key, cursor.link, cursor.query}) {
    std::array<char, kCursorDigits> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, 16).ptr;
    text.append(kCursorDigits - static_cast<std::size_t>(end - digits.data()), '0');
    text.append(digits.data(), end);
  }
  return text;
}

std::optional<Cursor> read_cursor(std::string_view text) {
  if (text.size() != 3 * kCursorDigits) return std::nullopt;
  std::array<std::uint64_t, 3> values{};
  for (std::size_t i = 0; i < values.size(); ++i) {
    const char* begin = text.data() + i * kCursorDigits;
    const auto read = std::from_chars(begin, begin + kCursorDigits, values[i], 16);
    if (read.ec != std::errc{} || read.ptr != begin + kCursorDigits) return std::nullopt;
  }
  return Cursor{values[0], values[1], values[2]};
}

bool stands_before(const Ranked& a, const Ranked& b) {
  return a.key != b.key ? a.key > b.key : a.link > b.link;
}

void put(store::Database& database, const char* table_sql, std::int64_t row,
         const std::vector<const std::string*>& values) {
  SQLite::Statement insert(database.sql(), table_sql);
  insert.bind(1, row);
  int at = 2;
  for (const std::string* value : values) insert.bindNoCopy(at++, *value);
  insert.exec();
}

void remove(store::Database& database, const char* table_sql, std::int64_t row) {
  SQLite::Statement statement(database.sql(), table_sql);
  statement.bind(1, row);
  statement.exec();
}

constexpr const char* kRemoveLink = "DELETE FROM search_link WHERE rowid = ?1";
constexpr const char* kRemoveText = "DELETE FROM search_text WHERE rowid = ?1";

}  // namespace

Result<Index> Index::open(store::Database& database) {
  return store::guard("open the search index", [&]() -> Result<Index> {
    SQLite::Database& sql = database.sql();
    if (register_fts5(sql.getHandle()) != SQLITE_OK)
      return fail(ErrorCode::internal, "SQLite's full-text search could not be set up.",
                  "Nothing was changed.");
    Index index(database);
    index.needs_rebuild_ = stored_version(sql) != kIndexVersion;
    if (!index.needs_rebuild_ || database.read_only()) return index;

    const auto prepared = store::guard("make the search index", [&] { index.prepare(); });
    if (!prepared && prepared.error().code != ErrorCode::busy) return fail(prepared.error());
    return index;
  });
}

void Index::prepare() {
  SQLite::Database& sql = database_->sql();
  // Inside a transaction of the caller's it is the caller who rolls back.
  const bool own = sqlite3_get_autocommit(sql.getHandle()) != 0;
  std::optional<store::Transaction> transaction;
  if (own) transaction.emplace(*database_);
  needs_rebuild_ = stored_version(sql) != kIndexVersion;  // another process may have been faster
  if (needs_rebuild_) {
    sql.exec(kCreateTables);
    const bool empty =
        sql.execAndGet("SELECT NOT EXISTS (SELECT 1 FROM link) AND NOT EXISTS (SELECT 1 FROM text)")
            .getInt() != 0;
    if (empty) {
      sql.exec(kDropTables);  // an older version's tables may have another form
      sql.exec(kCreateTables);
      store_version(sql);
      needs_rebuild_ = false;
    }
  }
  if (transaction) transaction->commit();
}

Status Index::look_again() {
  return store::guard("look at the search index",
                      [&] { needs_rebuild_ = stored_version(database_->sql()) != kIndexVersion; });
}

Status Index::put_link(std::int64_t link, const LinkText& text) {
  return store::guard("index the link", [&] {
    std::string tags;
    for (const std::string& tag : text.tags) {
      if (!tags.empty()) tags += kTextBreak;
      tags += tag;
    }
    remove(*database_, kRemoveLink, link);
    put(*database_, "INSERT INTO search_link (rowid, title, url, note, tags) VALUES (?1, ?2, ?3, ?4, ?5)",
        link, {&text.title, &text.url, &text.note, &tags});
  });
}

Status Index::remove_link(std::int64_t link) {
  return store::guard("take the link out of the index", [&] { remove(*database_, kRemoveLink, link); });
}

Status Index::put_text(std::int64_t text, std::string_view body) {
  return store::guard("index the text", [&] {
    const std::string copy(body);
    remove(*database_, kRemoveText, text);
    put(*database_, "INSERT INTO search_text (rowid, body) VALUES (?1, ?2)", text, {&copy});
  });
}

Status Index::remove_text(std::int64_t text) {
  return store::guard("take the text out of the index", [&] { remove(*database_, kRemoveText, text); });
}

Result<bool> Index::forget_removed() {
  return store::guard("clear removed words out of the index", [&] {
    sqlite3* connection = database_->sql().getHandle();
    // A negative rank: merge everything into one segment, but no more pages than this now. Two changes or
    // more tell that there was something to merge (sqlite.org/fts5.html, "The 'merge' command").
    const auto merged = [&](const char* sql) {
      const auto before = sqlite3_total_changes64(connection);
      database_->sql().exec(sql);
      return sqlite3_total_changes64(connection) - before >= 2;
    };
    const bool links = merged("INSERT INTO search_link (search_link, rank) VALUES ('merge', -500)");
    const bool texts = merged("INSERT INTO search_text (search_text, rank) VALUES ('merge', -500)");
    return links || texts;
  });
}

Status Index::begin_rebuild() {
  return store::guard("empty the search index", [&] {
    forget_version(database_->sql());
    database_->sql().exec(kDropTables);
    database_->sql().exec(kCreateTables);
    needs_rebuild_ = true;
  });
}

Status Index::complete_rebuild() {
  return store::guard("complete the search index", [&] {
    forget_version(database_->sql());
    store_version(database_->sql());
    needs_rebuild_ = false;
  });
}

Result<std::optional<Index::Progress>> Index::rebuilding() const {
  return store::guard("look at the search index", [&]() -> std::optional<Progress> {
    SQLite::Statement statement(database_->sql(),
                                "SELECT (SELECT value FROM meta WHERE key = 'index_links_until'),"
                                " (SELECT value FROM meta WHERE key = 'index_texts_until') FROM meta"
                                " WHERE key = 'index_building' AND value = ?1");
    statement.bind(1, kIndexVersion);
    if (!statement.executeStep()) return std::nullopt;
    return Progress{statement.getColumn(0).getInt64(), statement.getColumn(1).getInt64()};
  });
}

Status Index::rebuilt_until(const Progress& progress) {
  return store::guard("note how far the search index is", [&] {
    SQLite::Statement statement(database_->sql(),
                                "INSERT OR REPLACE INTO meta (key, value) VALUES ('index_building', ?1),"
                                " ('index_links_until', ?2), ('index_texts_until', ?3)");
    statement.bind(1, kIndexVersion);
    statement.bind(2, progress.links_until);
    statement.bind(3, progress.texts_until);
    statement.exec();
  });
}

Result<HitPage> Index::search(std::string_view query, std::uint32_t limit, std::string_view after) const {
  KL_ASSIGN(const Query parsed, parse_query(query));
  std::optional<Cursor> cursor;
  if (!after.empty()) {
    cursor = read_cursor(after);
    if (!cursor || cursor->query != query_mark(query))
      return fail(ErrorCode::bad_request, "The place to go on from does not belong to this search.", {},
                  "Search again from the beginning.");
  }
  return store::guard("search", [&]() -> Result<HitPage> {
    sqlite3* connection = database_->sql().getHandle();
    const ReadMoment moment(connection);
    if (!database_->sql().tableExists("search_link"))
      return fail(ErrorCode::read_only, "The library has no search index yet, and it cannot be written.", {},
                  "Open the library once where it can be written.");
    const Evaluation evaluation(database_->sql(), parsed);
    HitPage page;
    page.total = evaluation.ranked().size();
    std::vector<Ranked> ranked = evaluation.ranked();
    if (cursor) {
      Ranked last{static_cast<std::int64_t>(cursor->link), std::bit_cast<double>(cursor->key), 0};
      // What was indexed since shifts all scores a little: go on behind the link itself where it stands now.
      for (const Ranked& each : ranked)
        if (each.link == last.link) last = each;
      std::erase_if(ranked, [&](const Ranked& each) { return !stands_before(last, each); });
    }
    const std::size_t count = std::min<std::size_t>(limit, ranked.size());
    std::partial_sort(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(count), ranked.end(),
                      stands_before);
    for (std::size_t i = 0; i < count; ++i) page.hits.push_back(evaluation.hit(ranked[i]));
    if (count > 0 && count < ranked.size()) {
      const Ranked& last = ranked[count - 1];
      page.next = write_cursor(
          {std::bit_cast<std::uint64_t>(last.key), static_cast<std::uint64_t>(last.link), query_mark(query)});
    }
    return page;
  });
}

}  // namespace keepleaf::index
