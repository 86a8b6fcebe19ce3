// Index: full-text search over links and the texts of their snapshots. Derived data in tables `search_*` of
// the library's own database: every put and remove runs inside the caller's transaction, so index and store
// can't disagree. Chinese and Japanese are found by any substring of one character or more, Latin by word and
// prefix. docs/search.md describes the query language.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/database.h"

namespace keepleaf::index {

struct LinkText {
  std::string title;
  std::string url;
  std::string note;
  std::vector<std::string> tags;
};

struct Hit {
  std::int64_t link = 0;             // link.n
  double score = 0;                  // higher is better; 0 when the query has no words
  std::string field;                 // where it was found best: "text", "title", "note", "url", "tag", or ""
  std::optional<std::int64_t> text;  // text.n, when field is "text"
};

struct HitPage {
  std::vector<Hit> hits;
  std::optional<std::string> next;
  std::uint64_t total = 0;
};

struct Span {  // [begin, end) in bytes
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};
struct Snippet {
  std::string text;
  std::vector<Span> matches;
};

class Index {
 public:
  // Registers the tokenizer on this connection and, when the database is writable, creates the tables. Call
  // once for each connection. `needs_rebuild` tells that the tables are missing or of another version (or
  // that `docs` exist that it has not seen); the library then calls rebuild.
  static Result<Index> open(store::Database& database);
  bool needs_rebuild() const { return needs_rebuild_; }
  // Asks again: another process may have rebuilt the tables since.
  Status look_again();

  // Inside the caller's transaction. Putting replaces.
  Status put_link(std::int64_t link, const LinkText& text);
  Status remove_link(std::int64_t link);
  Status put_text(std::int64_t text, std::string_view body);
  Status remove_text(std::int64_t text);
  // Removing only marks: the words stay in the tables' bytes until SQLite merges them. This merges now (reads
  // and writes the whole index), for when nothing of what was destroyed may be left.
  Status forget_removed();

  // Empties the tables (inside the caller's transaction); the caller then puts everything again and calls
  // this with `complete` so that the version is recorded.
  Status begin_rebuild();
  Status complete_rebuild();

  // Best first; a query without words: newest first. Errors: bad_request (the query can't be read; the
  // message says where; or `after` is not from this query), read_only (no index yet, and the library cannot
  // be written).
  Result<HitPage> search(std::string_view query, std::uint32_t limit, std::string_view after) const;

  // The best piece of `body` for the query, at most `length` bytes and an ellipsis at each end that was cut,
  // on one line, with its matches marked; the beginning of `body` when nothing in it matches. Errors:
  // bad_request.
  Result<Snippet> snippet(std::string_view query, std::string_view body, std::size_t length) const;

 private:
  explicit Index(store::Database& database) : database_(&database) {}
  store::Database* database_;
  bool needs_rebuild_ = false;
};

}  // namespace keepleaf::index
