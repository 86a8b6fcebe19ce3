// CsvReader: comma-separated values (RFC 4180) with a header line, a record at a time. Cells may hold line
// ends; a quote within a cell that does not begin with one is a character like any other, as tools write it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "page/imports/text_source.h"

namespace keepleaf::page {

struct CsvDialect {
  char separator = ',';
  bool backslash = false;  // PHP's fputcsv: a quote behind a backslash is written as it is, not doubled
};

class CsvReader {
 public:
  CsvReader(TextSource& source, CsvDialect dialect) : source_(source), dialect_(dialect) {}

  // The first record. Call it once, first. Errors: as next().
  Status read_header();
  bool has(std::string_view column) const { return columns_.contains(column); }

  // False at the end. Empty lines are no records. Errors: bad_request (a quote that is never closed, with the
  // line in which its record begins), too_large (a record of 16 MiB), those of the source.
  Result<bool> next();
  std::uint64_t line() const { return line_; }  // where the record begins, from 1
  // More cells than columns: a separator within a cell that was not quoted, so that none can be trusted.
  bool misshapen() const { return cells_.size() > width_; }
  // The columns' names in lower case.
  const std::map<std::string, std::size_t, std::less<>>& columns() const { return columns_; }
  // By the column's name in lower case; empty when there is no such column or cell.
  std::string_view cell(std::string_view column) const;

 private:
  Result<bool> read_record();
  Result<bool> more();

  TextSource& source_;
  CsvDialect dialect_;
  std::map<std::string, std::size_t, std::less<>> columns_;
  std::size_t width_ = 0;
  std::vector<std::string> cells_;
  std::string piece_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 0;
  std::uint64_t next_line_ = 1;
};

}  // namespace keepleaf::page
