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
  // once for each connection. `needs_rebuild` tells that the tables are missing, of another version, or not
  // complete yet, or that another process holds the write lock and nothing could be done about it now.
  static Result<Index> open(store::Database& database);
  bool needs_rebuild() const { return needs_rebuild_; }
  // Asks again: another process may have rebuilt the tables since.
  Status look_again();

  // Inside the caller's transaction. Putting replaces.
  Status put_link(std::int64_t link, const LinkText& text);
  Status remove_link(std::int64_t link);
  Status put_text(std::int64_t text, std::string_view body);
  Status remove_text(std::int64_t text);
  // Removing only marks: the words stay in the tables' bytes until SQLite merges them. This merges a piece of
  // the index each time (all in all it reads and writes the whole), for when nothing of what was destroyed
  // may be left. True: call again, in another transaction.
  Result<bool> forget_removed();

  // Building it again, in one transaction of the caller's or in many: begin_rebuild() empties the tables; the
  // caller then puts everything again, in ascending order, and says between transactions how far it came, so
  // that any process can go on from there; complete_rebuild() records the version. Puts and removes of others
  // meanwhile go to the same tables, and a search finds what is there.
  struct Progress {
    std::int64_t links_until = 0;
    std::int64_t texts_until = 0;
  };
  Status begin_rebuild();
  // None: it has to begin.
  Result<std::optional<Progress>> rebuilding() const;
  Status rebuilt_until(const Progress& progress);
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
  void prepare();
  store::Database* database_;
  bool needs_rebuild_ = false;
};

}  // namespace keepleaf::index
