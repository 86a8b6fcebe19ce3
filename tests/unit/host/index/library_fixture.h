// A small library for the index's tests: rows as the store writes them, and the index beside them.
#pragma once

#include <SQLiteCpp/Statement.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/unicode.h"
#include "base/uuid.h"
#include "index/index.h"
#include "store/database.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace keepleaf::test {

class LibraryFixture {
 public:
  LibraryFixture() : database(open_database()), index(open_index()) {}

  struct NewLink {
    std::string title{};
    std::string url = "https://example.com/";
    std::string host = "example.com";
    std::string note{};
    std::vector<std::string> tags{};
    UnixMs created_at = 1'700'000'000'000;
  };

  std::int64_t link(const NewLink& link) {
    const std::int64_t n = ++links_;
    run("INSERT INTO link (n, id, canonical_url, url, host, title, note, created_at, updated_at) "
        "VALUES (" +
            std::to_string(n) + ", randomblob(16), ?1, ?1, ?2, ?3, ?4, " + std::to_string(link.created_at) +
            ", 0)",
        {link.url, link.host, link.title, link.note});
    for (const std::string& tag : link.tags) {
      run("INSERT OR IGNORE INTO tag (id, path, folded, created_at) VALUES (randomblob(16), ?1, ?2, 0)",
          {tag, fold(tag)});
      run("INSERT INTO link_tag SELECT " + std::to_string(n) + ", n, 0 FROM tag WHERE folded = ?1",
          {fold(tag)});
    }
    REQUIRE(index.put_link(n, {link.title, link.url, link.note, link.tags}));
    return n;
  }

  // A snapshot of the link with this text; returns text.n.
  std::int64_t snapshot(std::int64_t link, std::string_view body, std::string_view part_status = "ok") {
    const std::int64_t n = ++texts_;
    const std::string number = std::to_string(n);
    run("INSERT INTO object (n, digest, size, encoding, stored_size, place, created_at) VALUES (" + number +
        ", randomblob(32), 0, 'raw', 0, 'row', 0)");
    run("INSERT INTO text (n, key, object, length) VALUES (" + number + ", randomblob(32), " + number +
        ", 0)");
    snapshot_of_text(link, n);
    run("INSERT INTO part VALUES (last_insert_rowid(), 0, NULL, 'page', 'u', " +
            (part_status == "ok" ? number : std::string("NULL")) + ", 't', ?1)",
        {std::string(part_status)});
    REQUIRE(index.put_text(n, body));
    return n;
  }

  // One more snapshot that shares a text.
  void snapshot_of_text(std::int64_t link, std::int64_t text) {
    run("INSERT INTO snapshot (id, link, url, title, taken_at, engine, text, part_count, size_raw, "
        "size_stored, digest, "
        "stored_at) VALUES (randomblob(16), " +
        std::to_string(link) + ", 'u', 't', " + std::to_string(++clock_) + ", 'tab', " +
        std::to_string(text) + ", 1, 0, 0, randomblob(32), 0)");
  }

  void run(const std::string& sql, const std::vector<std::string>& values = {}) {
    SQLite::Statement statement(database->sql(), sql);
    int at = 1;
    for (const std::string& value : values) statement.bind(at++, value);
    statement.exec();
  }

  // All links that a query finds; every page of it.
  std::set<std::int64_t> find(std::string_view query) const {
    std::set<std::int64_t> links;
    std::string after;
    for (;;) {
      const auto page = index.search(query, 50, after);
      INFO(query);
      REQUIRE(page);
      for (const auto& hit : page->hits) links.insert(hit.link);
      if (!page->next) {
        CHECK(page->total == links.size());
        return links;
      }
      after = *page->next;
    }
  }

  // In the order of rank.
  std::vector<std::int64_t> ranked(std::string_view query) const {
    const auto page = index.search(query, 1000, "");
    REQUIRE(page);
    std::vector<std::int64_t> links;
    for (const auto& hit : page->hits) links.push_back(hit.link);
    return links;
  }

  TempDir folder;
  std::unique_ptr<store::Database> database;
  index::Index index;

 private:
  std::unique_ptr<store::Database> open_database() {
    auto opened = store::Database::open(folder / "library.db", store::OpenMode::read_write);
    REQUIRE(opened);
    (*opened)->sql().exec("PRAGMA synchronous = OFF");  // tests need no power loss
    return std::move(*opened);
  }
  index::Index open_index() {
    auto opened = index::Index::open(*database);
    REQUIRE(opened);
    CHECK_FALSE(opened->needs_rebuild());
    return std::move(*opened);
  }

  std::int64_t links_ = 0;
  std::int64_t texts_ = 0;
  std::int64_t clock_ = 0;
};

using Links = std::set<std::int64_t>;

}  // namespace keepleaf::test
