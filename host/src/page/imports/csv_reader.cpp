#include "page/imports/csv_reader.h"

#include "page/chars.h"

namespace keepleaf::page {
namespace {

constexpr std::size_t kMaxRecord = 16 << 20;

}  // namespace

// Whether a character can be read at at_.
Result<bool> CsvReader::more() {
  while (at_ == piece_.size()) {
    piece_.clear();
    at_ = 0;
    KL_ASSIGN(const bool got, source_.next(piece_));
    if (!got) return false;
  }
  return true;
}

Result<bool> CsvReader::read_record() {
  cells_.clear();
  line_ = next_line_;
  std::string cell;
  std::size_t size = 0;
  bool any = false;
  bool quoted = false;       // within quotes
  bool was_quoted = false;   // this cell began with one
  bool after_quote = false;  // a quote within quotes: it ends them, or is the first of two
  bool after_backslash = false;
  for (;;) {
    KL_ASSIGN(const bool got, more());
    if (!got) {
      if (quoted && !after_quote) {
        return fail(ErrorCode::bad_request,
                    "line " + std::to_string(line_) +
                        ": a cell's quotes are never closed; the file may have been cut off");
      }
      if (any) cells_.push_back(std::move(cell));
      return any;
    }
    const char c = piece_[at_++];
    any = true;
    if (c == '\n') ++next_line_;
    if (++size > kMaxRecord) {
      return fail(ErrorCode::too_large, "line " + std::to_string(line_) +
                                            ": a record is longer than 16 MiB (are its quotes closed?)");
    }
    if (quoted) {
      if (after_quote) {
        after_quote = false;
        if (c == '"') {
          cell += c;
          continue;
        }
        quoted = false;  // and c stands behind the cell's end
      } else if (c == '"' && !after_backslash) {
        after_quote = true;
        continue;
      } else {
        after_backslash = dialect_.backslash && c == '\\' && !after_backslash;
        cell += c;
        continue;
      }
    }
    if (c == '\n') {
      cells_.push_back(std::move(cell));
      return true;
    }
    if (c == dialect_.separator) {
      cells_.push_back(std::move(cell));
      cell.clear();
      was_quoted = false;
    } else if (c == '"' && cell.empty() && !was_quoted) {
      quoted = was_quoted = true;
    } else {
      cell += c;
    }
  }
}

Status CsvReader::read_header() {
  KL_ASSIGN(const bool got, read_record());
  if (!got) return fail(ErrorCode::bad_request, "line 1: there is no header");
  width_ = cells_.size();
  for (std::size_t i = 0; i < cells_.size(); ++i) columns_.emplace(lower(trimmed(cells_[i])), i);
  return {};
}

Result<bool> CsvReader::next() {
  for (;;) {
    KL_ASSIGN(const bool got, read_record());
    if (!got) return false;
    if (cells_.size() > 1 || !trimmed(cells_[0]).empty()) return true;
  }
}

std::string_view CsvReader::cell(std::string_view column) const {
  const auto found = columns_.find(column);
  if (found == columns_.end() || found->second >= cells_.size()) return {};
  return cells_[found->second];
}

}  // namespace keepleaf::page
