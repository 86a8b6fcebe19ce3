#include "store/database.h"

#include <SQLiteCpp/Statement.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <cctype>
#include <chrono>
#include <system_error>
#include <thread>

#include "store/migrations.h"

namespace keepleaf::store {
namespace {

constexpr int kBusyTimeoutMs = static_cast<int>(kPatience.count());
constexpr std::chrono::milliseconds kPatienceWithReaders{1'000};

Result<std::uint32_t> known_format(SQLite::Database& sql, const std::filesystem::path& file) {
  const auto version = static_cast<std::uint32_t>(sql.execAndGet("PRAGMA user_version").getInt());
  if (version <= kFormat) return version;
  return fail(ErrorCode::newer_format,
              "The library " + file.string() + " has format " + std::to_string(version) +
                  "; this Keepleaf knows formats up to " + std::to_string(kFormat) + ".",
              "Nothing was changed.", "Update Keepleaf.");
}

Status migrate(SQLite::Database& sql, const std::filesystem::path& file) {
  KL_ASSIGN(const std::uint32_t version, known_format(sql, file));
  if (version == kFormat) return {};

  // Another process may migrate at the same time: look again once the lock is ours.
  sql.exec("BEGIN IMMEDIATE");
  try {
    const auto now = static_cast<std::uint32_t>(sql.execAndGet("PRAGMA user_version").getInt());
    for (std::uint32_t format = now + 1; format <= kFormat; ++format) sql.exec(migration_sql(format));
    sql.exec("PRAGMA application_id = " + std::to_string(kApplicationId));
    sql.exec("PRAGMA user_version = " + std::to_string(kFormat));
    sql.exec("COMMIT");
  } catch (...) {
    if (sqlite3_get_autocommit(sql.getHandle()) == 0)
      sqlite3_exec(sql.getHandle(), "ROLLBACK", nullptr, nullptr, nullptr);
    throw;
  }
  return {};
}

// Both questions in one statement, so that they are asked of one moment: between two, another process may
// have made the library.
Status check_identity(SQLite::Database& sql, const std::filesystem::path& file) {
  SQLite::Statement query(
      sql, "SELECT application_id, (SELECT count(*) FROM sqlite_schema) FROM pragma_application_id");
  query.executeStep();
  const int id = query.getColumn(0).getInt();
  const bool empty = query.getColumn(1).getInt() == 0;
  if (id == kApplicationId || (id == 0 && empty)) return {};
  return fail(ErrorCode::corrupt, file.string() + " is a database, but not a Keepleaf library.",
              "Nothing was changed.", "Choose another library folder.");
}

// The step into WAL mode asks for the file's exclusive lock while it holds a shared one, where SQLite does
// not wait: two that open a new library at once would refuse each other. So it is waited for here.
void enter_wal_mode(SQLite::Database& sql) {
  using std::chrono::steady_clock;
  const auto end = steady_clock::now() + std::chrono::milliseconds(kBusyTimeoutMs);
  for (;;) {
    try {
      sql.exec("PRAGMA journal_mode = WAL");
      return;
    } catch (const SQLite::Exception& busy) {
      if (busy.getErrorCode() != SQLITE_BUSY || steady_clock::now() >= end) throw;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

Result<std::unique_ptr<SQLite::Database>> connect_writable(const std::filesystem::path& file) {
  auto sql = std::make_unique<SQLite::Database>(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE,
                                                kBusyTimeoutMs);
  // SQLite falls back to reading without a word when the file can't be written.
  if (sqlite3_db_readonly(sql->getHandle(), "main") == 1) {
    return fail(ErrorCode::read_only, "The library " + file.string() + " can't be written.",
                "It can still be read.", "Check the permissions of the file and its folder.");
  }
  ::chmod(file.c_str(), S_IRUSR | S_IWUSR);
  return sql;
}

// file:… with everything that means something in a URI escaped (sqlite.org/uri.html).
std::string uri_of(const std::filesystem::path& file) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string uri = "file:";
  for (const char c : std::filesystem::absolute(file).string()) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '/' || c == '.' || c == '-' || c == '_') {
      uri += c;
    } else {
      uri += '%';
      uri += kDigits[byte >> 4];
      uri += kDigits[byte & 15];
    }
  }
  return uri;
}

Result<std::unique_ptr<SQLite::Database>> connect_reading(const std::filesystem::path& file) {
  auto sql = std::make_unique<SQLite::Database>(file.string(), SQLite::OPEN_READONLY, kBusyTimeoutMs);
  sqlite3_stmt* probe = nullptr;
  int code = sqlite3_prepare_v2(sql->getHandle(), "SELECT 1 FROM sqlite_schema", -1, &probe, nullptr);
  if (code == SQLITE_OK) code = sqlite3_step(probe);
  sqlite3_finalize(probe);
  if ((code & 0xFF) != SQLITE_CANTOPEN && (code & 0xFF) != SQLITE_READONLY) return sql;

  std::error_code none;
  const auto waiting = std::filesystem::file_size(file.string() + "-wal", none);
  if (!none && waiting > 0) {
    return fail(ErrorCode::read_only,
                "The library " + file.string() + " was not closed properly, and its folder can't be written.",
                "Its last changes wait in " + file.filename().string() + "-wal; nothing is lost.",
                "Make the folder writable once, or copy the whole folder to where it is.");
  }
  return std::make_unique<SQLite::Database>(uri_of(file) + "?immutable=1",
                                            SQLite::OPEN_READONLY | SQLite::OPEN_URI, kBusyTimeoutMs);
}

tl::unexpected<Error> nothing_at(const std::filesystem::path& file) {
  return fail(ErrorCode::not_found, "There is no library at " + file.string() + ".");
}

}  // namespace

Database::Database(std::unique_ptr<SQLite::Database> sql, std::filesystem::path file, OpenMode mode,
                   std::uint32_t format)
    : sql_(std::move(sql)), statements_(*sql_), file_(std::move(file)), mode_(mode), format_(format) {}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& file, OpenMode mode) {
  const bool writable = mode == OpenMode::read_write;
  std::error_code ignored;
  if (!writable && !std::filesystem::exists(file, ignored)) return nothing_at(file);

  return guard("open the library " + file.string(), [&]() -> Result<std::unique_ptr<Database>> {
    KL_ASSIGN(auto sql, writable ? connect_writable(file) : connect_reading(file));
    KL_TRY(check_identity(*sql, file));
    if (writable) {
      enter_wal_mode(*sql);
      KL_TRY(migrate(*sql, file));
      sql->exec("PRAGMA synchronous = FULL");
      sql->exec("PRAGMA journal_size_limit = 67108864");
      // 16 MiB between checkpoints: each costs two more syncs, and pages that many commits touch are copied
      // once.
      sql->exec("PRAGMA wal_autocheckpoint = 4000");
    }
    KL_ASSIGN(const std::uint32_t format, known_format(*sql, file));
    if (format == 0) return nothing_at(file);  // another process is about to make it
    sql->exec("PRAGMA foreign_keys = ON");
    sql->exec("PRAGMA trusted_schema = OFF");
    sql->exec("PRAGMA cache_size = -8000");
    return std::unique_ptr<Database>(new Database(std::move(sql), file, mode, format));
  });
}

void Database::set_patience(std::chrono::milliseconds patience) {
  sqlite3_busy_timeout(sql_->getHandle(), static_cast<int>(patience.count()));
}

Result<bool> Database::empty_log() {
  return guard("empty the log of the library", [&] {
    set_patience(kPatienceWithReaders);
    int log_pages = 0;
    int copied = 0;
    const int code =
        sqlite3_wal_checkpoint_v2(sql_->getHandle(), "main", SQLITE_CHECKPOINT_TRUNCATE, &log_pages, &copied);
    set_patience(kPatience);
    if (code != SQLITE_OK && code != SQLITE_BUSY && code != SQLITE_LOCKED)
      throw SQLite::Exception(sql_->getHandle(), code);
    return code == SQLITE_OK;
  });
}

std::int64_t Database::data_version() {
  Query query(*this, "PRAGMA data_version");
  query.step();
  return query.integer(0);
}

Error error_from(const SQLite::Exception& exception, const std::string& what) {
  Error error{ErrorCode::io, "Could not " + what + ": " + exception.what() + "."};
  switch (exception.getErrorCode()) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:  // others were faster, again and again, in the race for a moment of the log
      error.code = ErrorCode::busy;
      error.kept = "Nothing was changed.";
      error.next = "Another program is using the library; try again.";
      break;
    case SQLITE_FULL:
      error.code = ErrorCode::no_space;
      error.kept = "Nothing was changed.";
      error.next = "Free some disk space and try again.";
      break;
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      error.code = ErrorCode::read_only;
      error.next = "Check that the library folder exists and that you may write to it.";
      break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      error.code = ErrorCode::corrupt;
      error.next = "Run 'keepleaf verify', or restore a backup.";
      break;
    case SQLITE_CONSTRAINT:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_MISMATCH:
    case SQLITE_ERROR:
      error.code = ErrorCode::internal;
      break;
    default:
      break;
  }
  return error;
}

ReadView::ReadView(Database& database) : database_(database) {
  if (sqlite3_get_autocommit(database_.sql().getHandle()) == 0) return;
  database_.sql().exec("BEGIN");
  opened_ = true;
}

ReadView::~ReadView() {
  if (opened_) sqlite3_exec(database_.sql().getHandle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

Transaction::Transaction(Database& database) : database_(database) {
  database_.sql().exec("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  // Some errors make SQLite roll back by itself; a second ROLLBACK would only report that.
  if (open_ && sqlite3_get_autocommit(database_.sql().getHandle()) == 0)
    sqlite3_exec(database_.sql().getHandle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  database_.sql().exec("COMMIT");
  open_ = false;
}

}  // namespace keepleaf::store
