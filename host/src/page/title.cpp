#include "page/chars.h"
#include "page/document.h"
#include "page/encoding.h"
#include "page/html_text.h"
#include "page/html_tokens.h"

namespace keepleaf::page {

std::string html_title(std::string_view html) {
  Tokenizer tokenizer(html);
  Token token;
  while (tokenizer.next(token)) {
    if (token.kind != TokenKind::rcdata || token.name != "title") continue;
    std::string out;
    for (const char c : decode_references(valid_utf8(token.content), ReferenceContext::text)) {
      if (!is_space(c)) {
        out += c;
      } else if (!out.empty() && out.back() != ' ') {
        out += ' ';
      }
    }
    if (out.ends_with(' ')) out.pop_back();
    return out;
  }
  return {};
}

}  // namespace keepleaf::page
