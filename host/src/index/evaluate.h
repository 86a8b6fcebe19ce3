// Runs a parsed query: which links match, how well, and where. For this module only; index.h is the door.
#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "index/index.h"
#include "index/query.h"

namespace keepleaf::index {

// One match of one term: in the fields of a link (text 0), or in a text of one of its snapshots.
struct Row {
  std::int64_t link = 0;
  std::int64_t text = 0;
  double weight = 0;
  std::int64_t column = 0;
};

struct Ranked {
  std::int64_t link = 0;
  double key = 0;  // what it is ordered by, greatest first; then by link, greatest first
  double score = 0;
};

class Evaluation {
 public:
  // Throws SQLite::Exception. `query` must outlive it.
  Evaluation(const SQLite::Database& sql, const Query& query);

  // All links that match, in no order.
  const std::vector<Ranked>& ranked() const { return ranked_; }
  // Where the link was found best.
  Hit hit(const Ranked& ranked) const;

 private:
  using Links = std::vector<std::int64_t>;  // ascending, each once
  struct Term {
    const Node* node;
    std::vector<Row> rows;  // by link
    double idf = 0;
    bool counts = false;  // it is not negated
  };

  std::optional<Links> links_of(const Node& node, bool counts);  // nothing: says nothing about any link
  std::optional<Links> all_of(const Node& node, bool counts);
  std::optional<Links> any_of(const Node& node, bool counts);
  Links words(const Node& node, bool counts);
  Links filter(const Node& node) const;
  bool has_conditions() const;
  const Links& everything();
  void rank(const Links& links);

  const SQLite::Database& sql_;
  const Query& query_;
  std::optional<Links> everything_;
  std::vector<Term> terms_;
  std::vector<Ranked> ranked_;
};

}  // namespace keepleaf::index
