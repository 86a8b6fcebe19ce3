// What SQLite's FTS5 must be told once for each connection: our tokenizer, and the function that weighs a
// match. Source: sqlite.org/fts5.html, "Extending FTS5". For this module only.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "index/query.h"

namespace keepleaf::index {

// Registers the tokenizer `keepleaf` and the auxiliary function `keepleaf_match`. Returns an SQLite result
// code.
int register_fts5(sqlite3* connection);

// keepleaf_match(table) is a blob of this: how well the row matches the (one) phrase of its query.
struct MatchWeight {
  double weight = 0;  // BM25's saturated frequency, summed over the columns with their boosts; without IDF
  std::int64_t column = 0;  // the column that gave most
};

inline constexpr const char* kCreateTables =
    "CREATE VIRTUAL TABLE IF NOT EXISTS search_link USING fts5(title, url, note, tags, content='', "
    "contentless_delete=1, "
    "tokenize='keepleaf');"
    "CREATE VIRTUAL TABLE IF NOT EXISTS search_text USING fts5(body, content='', contentless_delete=1, "
    "tokenize='keepleaf');";
inline constexpr const char* kDropTables =
    "DROP TABLE IF EXISTS search_link; DROP TABLE IF EXISTS search_text;";

// The FTS5 query for a phrase; every token is quoted, none comes from the person's text unfolded.
std::string match_expression(const Phrase& phrase, Field field);

}  // namespace keepleaf::index
