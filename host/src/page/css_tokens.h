// The CSS tokenizer (CSS Syntax Module Level 3, section 4) as a cursor over the original text. Names that
// matter are unescaped: u\72l( is url(. Never fails; what is unclosed ends with the text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace keepleaf::page {

enum class CssKind : unsigned char {
  whitespace,
  comment,  // not a token of the specification; kept so that dropping one does not join its neighbours
  ident,
  function,    // name without "("
  at_keyword,  // name without "@"
  string,      // value
  bad_string,
  url,  // unquoted; value
  bad_url,
  word,   // hash, number, percentage, dimension: copied as they are
  open,   // ( [ {
  close,  // ) ] }
  semicolon,
  cdo,    // <!--
  cdc,    // -->
  delim,  // any other character
};

struct CssToken {
  CssKind kind = CssKind::delim;
  std::string_view raw;
  std::string
      value;  // unescaped: lower-case name of ident, function and at_keyword; content of string and url
  bool complete = true;  // false for a string, url or comment that the text's end closed
};

class CssTokenizer {
 public:
  explicit CssTokenizer(std::string_view css) : css_(css) {}  // UTF-8 without NUL, outlives the tokenizer

  bool next(CssToken& token);

 private:
  bool starts_name(std::size_t at) const;
  bool starts_number(std::size_t at) const;
  bool valid_escape(std::size_t at) const;
  void escape(std::string& out);
  std::string name();
  void number();
  void string(CssToken& token, char quote);
  void url(CssToken& token);
  char peek(std::size_t at) const { return at < css_.size() ? css_[at] : '\0'; }

  std::string_view css_;
  std::size_t at_ = 0;
};

}  // namespace keepleaf::page
