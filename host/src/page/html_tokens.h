// The HTML tokenizer (HTML Standard 13.2.5), as a cursor over the original text: nothing is copied or
// repaired, so that a document can be rewritten by splicing. What needs the tree (whether <style> or
// <![CDATA[ means what it says) is followed by a small stack of foreign elements. A tree builder would be
// exact, but would undo invalid nesting (docs/decisions/page-rewriting.md); a wrong guess here costs fidelity
// and never safety, because the rewriter's output reads the same in every tokenizer state.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace keepleaf::page {

enum class TokenKind : unsigned char {
  text,      // content: with character references
  raw_text,  // content of style, script, xmp, iframe, noembed, noframes, noscript, plaintext: no references
  rcdata,    // content of title and textarea: with references, no tags
  cdata,     // content of <![CDATA[ in foreign content: no references
  start_tag,
  end_tag,
  comment,  // also bogus ones and processing instructions
  doctype,
};

struct Attribute {
  std::string_view name;   // as written
  std::string_view value;  // as written, without quotes
};

struct Token {
  TokenKind kind = TokenKind::text;
  std::string_view content;  // text of the kinds that have one; of a doctype, all between <! and >
  std::string name;          // of tags, lower case; of raw_text and rcdata, the element's
  std::string_view written_name;
  std::vector<Attribute> attributes;  // duplicates included, in order
  bool self_closing = false;
  bool foreign = false;  // a tag of, or text in, SVG or MathML

  // The first attribute of that (lower-case) name, or nullptr.
  const Attribute* attribute(std::string_view lower_case_name) const;
};

enum class Flavour : unsigned char { html, xml };

class Tokenizer {
 public:
  // `html` must outlive the tokenizer and its tokens.
  explicit Tokenizer(std::string_view html, Flavour flavour = Flavour::html)
      : html_(html), flavour_(flavour) {}

  // False at the end. `token` is reused, so that its buffers are.
  bool next(Token& token);

 private:
  struct Foreign {
    std::string name;
    bool holds_html;  // an integration point
  };

  void text(Token& token);
  bool markup(Token& token);
  void comment(Token& token, std::size_t begin);
  void bogus_comment(Token& token, std::size_t begin);
  bool tag(Token& token, bool end);
  bool attributes(Token& token);
  void raw(Token& token);
  bool in_foreign() const;
  void track_start(Token& token);
  void track_end(Token& token);

  std::string_view html_;
  Flavour flavour_;
  std::size_t at_ = 0;
  std::string raw_element_;  // set after its start tag
  TokenKind raw_kind_ = TokenKind::raw_text;
  std::vector<Foreign> foreign_;
};

// Where the end tag of a raw text element begins at or after `from`, or html.size(). Understands script
// data's escapes.
std::size_t raw_text_end(std::string_view html, std::size_t from, std::string_view element);

// Elements that never have content or an end tag.
bool is_void_element(std::string_view lower_case_name);

}  // namespace keepleaf::page
