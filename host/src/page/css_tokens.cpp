#include "page/css_tokens.h"

#include "page/chars.h"

namespace keepleaf::page {
namespace {

bool is_newline(char c) { return c == '\n' || c == '\r' || c == '\f'; }
bool is_name_start(char c) { return is_alpha(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80; }
bool is_name(char c) { return is_name_start(c) || is_digit(c) || c == '-'; }

bool is_non_printable(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte <= 0x08 || byte == 0x0B || (byte >= 0x0E && byte <= 0x1F) || byte == 0x7F;
}

}  // namespace

bool CssTokenizer::valid_escape(std::size_t at) const {
  return at + 1 < css_.size() && css_[at] == '\\' && !is_newline(css_[at + 1]);
}

bool CssTokenizer::starts_name(std::size_t at) const {
  if (peek(at) == '-') return is_name_start(peek(at + 1)) || peek(at + 1) == '-' || valid_escape(at + 1);
  return is_name_start(peek(at)) || valid_escape(at);
}

bool CssTokenizer::starts_number(std::size_t at) const {
  if (peek(at) == '+' || peek(at) == '-') ++at;
  return is_digit(peek(at)) || (peek(at) == '.' && is_digit(peek(at + 1)));
}

// After the backslash.
void CssTokenizer::escape(std::string& out) {
  if (at_ >= css_.size()) {
    append_utf8(out, 0xFFFD);
    return;
  }
  if (!is_hex(css_[at_])) {
    out += css_[at_++];
    while (at_ < css_.size() && (static_cast<unsigned char>(css_[at_]) & 0xC0) == 0x80) out += css_[at_++];
    return;
  }
  char32_t value = 0;
  for (int digits = 0; digits < 6 && is_hex(peek(at_)); ++digits) value = value * 16 + hex_value(css_[at_++]);
  append_utf8(out, value == 0 ? 0xFFFD : value);
  if (css_.substr(at_).starts_with("\r\n")) ++at_;
  if (at_ < css_.size() && is_space(css_[at_])) ++at_;
}

std::string CssTokenizer::name() {
  std::string out;
  while (at_ < css_.size()) {
    if (is_name(css_[at_])) {
      out += css_[at_++];
    } else if (valid_escape(at_)) {
      ++at_;
      escape(out);
    } else {
      break;
    }
  }
  return out;
}

void CssTokenizer::number() {
  const auto digits = [this] {
    while (is_digit(peek(at_))) ++at_;
  };
  if (peek(at_) == '+' || peek(at_) == '-') ++at_;
  digits();
  if (peek(at_) == '.' && is_digit(peek(at_ + 1))) {
    ++at_;
    digits();
  }
  if (peek(at_) == 'e' || peek(at_) == 'E') {
    const std::size_t sign = peek(at_ + 1) == '+' || peek(at_ + 1) == '-' ? 1 : 0;
    if (is_digit(peek(at_ + 1 + sign))) {
      at_ += 1 + sign;
      digits();
    }
  }
  if (starts_name(at_)) {
    name();
  } else if (peek(at_) == '%') {
    ++at_;
  }
}

// After the opening quote.
void CssTokenizer::string(CssToken& token, char quote) {
  token.kind = CssKind::string;
  while (at_ < css_.size()) {
    const char c = css_[at_];
    if (c == quote) {
      ++at_;
      return;
    }
    if (is_newline(c)) {
      token.kind = CssKind::bad_string;
      return;
    }
    ++at_;
    if (c != '\\') {
      token.value += c;
    } else if (at_ < css_.size() && is_newline(css_[at_])) {
      at_ += css_.substr(at_).starts_with("\r\n") ? 2U : 1U;
    } else if (at_ < css_.size()) {
      escape(token.value);
    }
  }
  token.complete = false;
}

// After "url(" and white space.
void CssTokenizer::url(CssToken& token) {
  token.kind = CssKind::url;
  while (at_ < css_.size()) {
    const char c = css_[at_];
    if (c == ')') {
      ++at_;
      return;
    }
    if (is_space(c)) {
      while (at_ < css_.size() && is_space(css_[at_])) ++at_;
      if (at_ >= css_.size()) break;
      if (css_[at_] == ')') continue;
      token.kind = CssKind::bad_url;
    } else if (c == '"' || c == '\'' || c == '(' || is_non_printable(c) ||
               (c == '\\' && !valid_escape(at_))) {
      token.kind = CssKind::bad_url;
    } else if (c == '\\') {
      ++at_;
      escape(token.value);
    } else {
      token.value += c;
      ++at_;
    }
    if (token.kind == CssKind::bad_url) {
      while (at_ < css_.size() && css_[at_] != ')') at_ += valid_escape(at_) ? 2U : 1U;
      if (at_ < css_.size()) ++at_;
      return;
    }
  }
  token.complete = false;
}

bool CssTokenizer::next(CssToken& token) {
  if (at_ >= css_.size()) return false;
  const std::size_t begin = at_;
  const char c = css_[at_];
  const std::string_view rest = css_.substr(at_);
  token.value.clear();
  token.complete = true;
  token.kind = CssKind::delim;
  if (is_space(c)) {
    while (at_ < css_.size() && is_space(css_[at_])) ++at_;
    token.kind = CssKind::whitespace;
  } else if (rest.starts_with("/*")) {
    const std::size_t end = css_.find("*/", at_ + 2);
    token.complete = end != std::string_view::npos;
    at_ = token.complete ? end + 2 : css_.size();
    token.kind = CssKind::comment;
  } else if (c == '"' || c == '\'') {
    ++at_;
    string(token, c);
  } else if (c == '#' && (is_name(peek(at_ + 1)) || valid_escape(at_ + 1))) {
    ++at_;
    name();
    token.kind = CssKind::word;
  } else if (starts_number(at_)) {
    number();
    token.kind = CssKind::word;
  } else if (rest.starts_with("-->")) {
    at_ += 3;
    token.kind = CssKind::cdc;
  } else if (rest.starts_with("<!--")) {
    at_ += 4;
    token.kind = CssKind::cdo;
  } else if (c == '@' && starts_name(at_ + 1)) {
    ++at_;
    token.value = lower(name());
    token.kind = CssKind::at_keyword;
  } else if (starts_name(at_)) {
    token.value = lower(name());
    token.kind = CssKind::ident;
    if (peek(at_) == '(') {
      ++at_;
      token.kind = CssKind::function;
      if (token.value == "url") {
        std::size_t after = at_;
        while (after < css_.size() && is_space(css_[after])) ++after;
        if (peek(after) != '"' && peek(after) != '\'') {
          at_ = after;
          token.value.clear();
          url(token);
        }
      }
    }
  } else {
    ++at_;
    if (c == '(' || c == '[' || c == '{') token.kind = CssKind::open;
    if (c == ')' || c == ']' || c == '}') token.kind = CssKind::close;
    if (c == ';') token.kind = CssKind::semicolon;
  }
  token.raw = css_.substr(begin, at_ - begin);
  return true;
}

}  // namespace keepleaf::page
