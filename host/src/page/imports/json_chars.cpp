#include "page/imports/json_chars.h"

#include "page/chars.h"

namespace keepleaf::page {
namespace {

constexpr std::size_t kEscape = 6;  // \uXXXX

// The code unit of the escape at `at`; nothing when it is none.
std::optional<unsigned> escaped_unit(std::string_view text, std::size_t at) {
  if (at + kEscape > text.size() || text[at] != '\\' || text[at + 1] != 'u') return std::nullopt;
  unsigned unit = 0;
  for (std::size_t i = at + 2; i < at + kEscape; ++i) {
    if (!is_hex(text[i])) return std::nullopt;
    unit = unit * 16 + hex_value(text[i]);
  }
  return unit;
}

bool is_high(unsigned unit) { return (unit & 0xFC00U) == 0xD800U; }
bool is_low(unsigned unit) { return (unit & 0xFC00U) == 0xDC00U; }

}  // namespace

// Makes as much of what follows ready as can be judged without knowing what comes behind it.
void JsonChars::mend() {
  std::size_t i = ready_;
  while (i < text_.size()) {
    if (text_[i] != '\\') {
      ++i;
      continue;
    }
    if (!source_ended_ && i + 2 * kEscape > text_.size()) break;
    const auto unit = escaped_unit(text_, i);
    if (!unit) {
      i += 2;  // an escape of one character: a backslash that it escapes begins nothing
      continue;
    }
    const auto next = is_high(*unit) ? escaped_unit(text_, i + kEscape) : std::nullopt;
    if (next && is_low(*next)) {
      i += 2 * kEscape;
      continue;
    }
    if (is_high(*unit) || is_low(*unit)) text_.replace(i + 2, 4, "fffd");
    i += kEscape;
  }
  ready_ = std::min(i, text_.size());
}

void JsonChars::advance_to_text() {
  while (at_ == ready_ && !error_) {
    text_.erase(0, at_);
    ready_ -= at_;
    at_ = 0;
    if (!source_ended_) {
      const auto more = source_.next(text_);
      if (!more) {
        error_ = more.error();
        return;
      }
      source_ended_ = !*more;
    }
    mend();
    if (source_ended_ && ready_ == at_) return;
  }
}

void JsonChars::advance() {
  if (text_[at_] == '\n') ++line_;
  ++at_;
  if (++since_value_ > kMaxValue) {
    error_ = Error{ErrorCode::too_large, "line " + std::to_string(line_) + ": a value is longer than 16 MiB"};
    ready_ = at_;
    return;
  }
  if (at_ == ready_) advance_to_text();
}

}  // namespace keepleaf::page
