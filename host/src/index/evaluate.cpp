#include "index/evaluate.h"

#include <SQLiteCpp/Statement.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <iterator>
#include <map>
#include <string_view>

#include "index/fts.h"

namespace keepleaf::index {
namespace {

// The best score that recency alone can undo: a link ten years younger counts twice. Relative to a fixed day,
// so that an order does not change while somebody turns its pages.
constexpr double kRecencyMs = 10.0 * 365.25 * 86'400'000;
constexpr double kRecencyEpochMs = 1'577'836'800'000;  // 2020-01-01
double recency(double created_at) {
  return std::exp2(std::clamp((created_at - kRecencyEpochMs) / kRecencyMs, -2.0, 4.0));
}

// Below this many links their dates are looked up one by one, above it all are read in one go.
constexpr std::size_t kLookupLimit = 500;

constexpr std::array<std::string_view, 4> kColumns = {"title", "url", "note", "tag"};

// A library of an older format that can only be read has no conditions.
constexpr int kFirstFormatOfConditions = 5;
constexpr const char* kBrokenOrLost =
    "SELECT link FROM (SELECT link, state, max(n) FROM job WHERE link IS NOT NULL GROUP BY link) "
    "WHERE state = 'failed' UNION SELECT link FROM condition WHERE state IN ('gone', 'parked', 'error_page')";

const char* filter_sql(const Node& node) {
  switch (node.kind) {
    case Node::Kind::tag:
      return "SELECT lt.link FROM tag t JOIN link_tag lt ON lt.tag = t.n "
             "WHERE t.folded = ?1 OR (t.folded > ?1 || '/' AND t.folded < ?1 || '0')";  // 0 follows / in
                                                                                        // ASCII
    case Node::Kind::site:
      return "SELECT n FROM link WHERE host = ?1 OR substr(host, -length(?1) - 1) = '.' || ?1";
    case Node::Kind::before:
      return "SELECT n FROM link WHERE created_at < ?1";
    case Node::Kind::after:
      return "SELECT n FROM link WHERE created_at >= ?1";
    default:
      break;
  }
  switch (node.is) {
    case Is::broken:
      return "SELECT link FROM (SELECT link, state, max(n) FROM job WHERE link IS NOT NULL GROUP BY link) "
             "WHERE state = 'failed'";
    case Is::empty:
      return "SELECT n FROM link l WHERE NOT EXISTS "
             "(SELECT 1 FROM snapshot s WHERE s.link = l.n AND s.trashed_at IS NULL)";
    case Is::incomplete:
      return "SELECT l.n FROM link l WHERE EXISTS (SELECT 1 FROM part p WHERE p.status <> 'ok' AND "
             "p.snapshot = "
             "(SELECT s.n FROM snapshot s WHERE s.link = l.n AND s.trashed_at IS NULL "
             "ORDER BY s.taken_at DESC, s.n DESC LIMIT 1))";
    case Is::multiple:
      return "SELECT link FROM snapshot WHERE trashed_at IS NULL GROUP BY link HAVING count(*) > 1";
    case Is::noted:
      return "SELECT n FROM link WHERE note <> ''";
    case Is::trashed:
      return "SELECT n FROM link WHERE trashed_at IS NOT NULL "
             "UNION SELECT link FROM snapshot WHERE trashed_at IS NOT NULL";
    case Is::untagged:
      return "SELECT n FROM link l WHERE NOT EXISTS (SELECT 1 FROM link_tag t WHERE t.link = l.n)";
  }
  return "";
}

void sort_unique(std::vector<std::int64_t>& links) {
  if (!std::is_sorted(links.begin(), links.end())) std::sort(links.begin(), links.end());
  links.erase(std::unique(links.begin(), links.end()), links.end());
}

MatchWeight match_weight(const SQLite::Column& column) {
  MatchWeight match;
  if (column.getBytes() == static_cast<int>(sizeof match))
    std::memcpy(&match, column.getBlob(), sizeof match);
  return match;
}

std::pair<const Row*, const Row*> rows_of(const std::vector<Row>& rows, std::int64_t link) {
  const auto less = [](const Row& row, std::int64_t value) { return row.link < value; };
  const auto begin = std::lower_bound(rows.begin(), rows.end(), link, less);
  auto end = begin;
  while (end != rows.end() && end->link == link) ++end;
  return {rows.data() + (begin - rows.begin()), rows.data() + (end - rows.begin())};
}

// Fields add up; of the texts of a link's snapshots the best counts, not their number.
double weight_of(const Row* begin, const Row* end) {
  double fields = 0;
  double text = 0;
  for (const Row* row = begin; row != end; ++row) {
    if (row->text == 0) {
      fields += row->weight;
    } else {
      text = std::max(text, row->weight);
    }
  }
  return fields + text;
}

}  // namespace

Evaluation::Evaluation(const SQLite::Database& sql, const Query& query) : sql_(sql), query_(query) {
  const bool everything_wanted = query.root.kind == Node::Kind::all_of && query.root.children.empty();
  auto links = everything_wanted ? std::optional(everything()) : links_of(query.root, true);
  if (!links) return;  // words without a letter or digit find nothing
  SQLite::Statement count(sql_, "SELECT count(*) FROM search_link_docsize");
  const double total = count.executeStep() ? count.getColumn(0).getDouble() : 0;
  for (Term& term : terms_) {
    double found = 0;
    for (std::size_t i = 0; i < term.rows.size(); ++i)
      if (i == 0 || term.rows[i].link != term.rows[i - 1].link) ++found;
    term.idf = std::log(1 + (std::max(total - found, 0.0) + 0.5) / (found + 0.5));
  }
  rank(*links);
}

const Evaluation::Links& Evaluation::everything() {
  if (!everything_) {
    everything_.emplace();
    SQLite::Statement all(
        sql_, query_.wants_trash ? "SELECT n FROM link" : "SELECT n FROM link WHERE trashed_at IS NULL");
    while (all.executeStep()) everything_->push_back(all.getColumn(0).getInt64());
    sort_unique(*everything_);
  }
  return *everything_;
}

std::optional<Evaluation::Links> Evaluation::links_of(const Node& node, bool counts) {
  switch (node.kind) {
    case Node::Kind::all_of:
      return all_of(node, counts);
    case Node::Kind::any_of:
      return any_of(node, counts);
    case Node::Kind::none_of: {
      const auto inner = links_of(node.children.front(), !counts);
      if (!inner) return std::nullopt;
      Links rest;
      const Links& all = everything();
      std::set_difference(all.begin(), all.end(), inner->begin(), inner->end(), std::back_inserter(rest));
      return rest;
    }
    case Node::Kind::words:
      return words(node, counts);
    case Node::Kind::nothing:
      return std::nullopt;
    default:
      return filter(node);
  }
}

std::optional<Evaluation::Links> Evaluation::all_of(const Node& node, bool counts) {
  std::optional<Links> both;
  const auto combine = [&](const Node& child, bool negated) {
    auto found = links_of(child, counts != negated);
    if (!found) return;
    if (!both) {
      both = negated ? everything() : std::move(*found);
      if (!negated) return;
    }
    Links next;
    if (negated) {
      std::set_difference(both->begin(), both->end(), found->begin(), found->end(), std::back_inserter(next));
    } else {
      std::set_intersection(both->begin(), both->end(), found->begin(), found->end(),
                            std::back_inserter(next));
    }
    both = std::move(next);
  };
  // What is wanted first: then what is not wanted is taken from a small set, not from the whole library.
  for (const Node& child : node.children)
    if (child.kind != Node::Kind::none_of) combine(child, false);
  for (const Node& child : node.children)
    if (child.kind == Node::Kind::none_of) combine(child.children.front(), true);
  return both;
}

std::optional<Evaluation::Links> Evaluation::any_of(const Node& node, bool counts) {
  std::optional<Links> either;
  for (const Node& child : node.children) {
    auto found = links_of(child, counts);
    if (!found) continue;
    if (!either) {
      either = std::move(*found);
      continue;
    }
    Links next;
    std::set_union(either->begin(), either->end(), found->begin(), found->end(), std::back_inserter(next));
    either = std::move(next);
  }
  return either;
}

Evaluation::Links Evaluation::words(const Node& node, bool counts) {
  Term term{&node, {}, 0, counts};
  const std::string expression = match_expression(node.phrase, node.field);
  {
    SQLite::Statement fields(
        sql_, "SELECT rowid, keepleaf_match(search_link) FROM search_link WHERE search_link MATCH ?1");
    fields.bindNoCopy(1, expression);
    while (fields.executeStep()) {
      const MatchWeight match = match_weight(fields.getColumn(1));
      term.rows.push_back({fields.getColumn(0).getInt64(), 0, match.weight, match.column});
    }
  }
  if (node.field == Field::any) {
    SQLite::Statement texts(sql_,
                            "SELECT s.link, f.rowid, keepleaf_match(search_text) FROM search_text f "
                            "CROSS JOIN snapshot s ON s.text = f.rowid "
                            "WHERE search_text MATCH ?1 AND (?2 OR s.trashed_at IS NULL)");
    texts.bindNoCopy(1, expression);
    texts.bind(2, query_.wants_trash ? 1 : 0);
    while (texts.executeStep()) {
      const MatchWeight match = match_weight(texts.getColumn(2));
      term.rows.push_back({texts.getColumn(0).getInt64(), texts.getColumn(1).getInt64(), match.weight, 0});
    }
  }
  std::stable_sort(term.rows.begin(), term.rows.end(),
                   [](const Row& a, const Row& b) { return a.link < b.link; });
  Links links;
  links.reserve(term.rows.size());
  for (const Row& row : term.rows)
    if (links.empty() || links.back() != row.link) links.push_back(row.link);
  terms_.push_back(std::move(term));
  return links;
}

bool Evaluation::has_conditions() const {
  SQLite::Statement format(sql_, "PRAGMA user_version");
  return format.executeStep() && format.getColumn(0).getInt() >= kFirstFormatOfConditions;
}

Evaluation::Links Evaluation::filter(const Node& node) const {
  const bool broken = node.kind == Node::Kind::is && node.is == Is::broken;
  SQLite::Statement statement(sql_, broken && has_conditions() ? kBrokenOrLost : filter_sql(node));
  if (node.kind == Node::Kind::tag || node.kind == Node::Kind::site) statement.bindNoCopy(1, node.text);
  if (node.kind == Node::Kind::before || node.kind == Node::Kind::after) statement.bind(1, node.time);
  Links links;
  while (statement.executeStep()) links.push_back(statement.getColumn(0).getInt64());
  sort_unique(links);
  return links;
}

void Evaluation::rank(const Links& links) {
  const bool has_words =
      std::any_of(terms_.begin(), terms_.end(), [](const Term& term) { return term.counts; });
  ranked_.reserve(links.size());
  // Links in the trash fall out here: whatever found them, they have no date.
  const auto add = [&](std::int64_t link, double created_at) {
    Ranked ranked{link, created_at, 0};
    if (has_words) {
      for (const Term& term : terms_) {
        if (!term.counts) continue;
        const auto [begin, end] = rows_of(term.rows, link);
        ranked.score += term.idf * weight_of(begin, end);
      }
      ranked.score *= recency(created_at);
      ranked.key = ranked.score;
    }
    ranked_.push_back(ranked);
  };

  const std::string live = query_.wants_trash ? "" : " trashed_at IS NULL";
  if (links.size() < kLookupLimit) {
    SQLite::Statement one(sql_,
                          "SELECT created_at FROM link WHERE n = ?1" + (live.empty() ? live : " AND" + live));
    for (const std::int64_t link : links) {
      one.reset();
      one.bind(1, link);
      if (one.executeStep()) add(link, one.getColumn(0).getDouble());
    }
    return;
  }
  SQLite::Statement all(sql_, "SELECT n, created_at FROM link" + (live.empty() ? live : " WHERE" + live));
  while (all.executeStep()) {
    const std::int64_t link = all.getColumn(0).getInt64();
    if (std::binary_search(links.begin(), links.end(), link)) add(link, all.getColumn(1).getDouble());
  }
}

Hit Evaluation::hit(const Ranked& ranked) const {
  Hit hit;
  hit.link = ranked.link;
  hit.score = ranked.score;
  std::array<double, kColumns.size()> columns{};
  std::map<std::int64_t, double> texts;
  for (const Term& term : terms_) {
    if (!term.counts) continue;
    const auto [begin, end] = rows_of(term.rows, ranked.link);
    std::map<std::int64_t, double> own;  // several snapshots may share a text
    for (const Row* row = begin; row != end; ++row) {
      if (row->text == 0) {
        columns[static_cast<std::size_t>(row->column) % columns.size()] += term.idf * row->weight;
      } else {
        own[row->text] = term.idf * row->weight;
      }
    }
    for (const auto& [text, weight] : own) texts[text] += weight;
  }
  double best = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i] > best) {
      best = columns[i];
      hit.field = kColumns[i];
    }
  }
  for (const auto& [text, weight] : texts) {  // ascending: of equal texts the newest stays
    if (weight >= best) {
      best = weight;
      hit.field = "text";
      hit.text = text;
    }
  }
  return hit;
}

}  // namespace keepleaf::index
