#include "page/css_rewrite.h"

#include <utility>
#include <vector>

#include "page/chars.h"
#include "page/css_addresses.h"
#include "page/css_selectors.h"
#include "page/css_tokens.h"
#include "page/css_write.h"

namespace keepleaf::page {
namespace {

enum class Block : std::uint8_t { plain, addresses, font_face };

struct Open {
  char closer;
  Block block;
  bool types = true;  // type selectors may stand in it
};

class Rewriter {
 public:
  Rewriter(std::string_view css, CssContext context, CssVisitor& visitor)
      : tokens_(css),
        css_(css),
        context_(context),
        visitor_(visitor),
        imports_allowed_(context != CssContext::declarations) {}

  std::string run() {
    CssToken token;
    while (tokens_.next(token)) {
      if (open_.empty() && context_ != CssContext::declarations && top_level(token)) continue;
      write(token, out_);
    }
    while (!open_.empty()) {
      out_ += open_.back().closer;
      open_.pop_back();
    }
    return head_ + out_;
  }

 private:
  // Rules that are replaced as a whole, and what decides whether an @import is still honoured. True:
  // consumed.
  bool top_level(const CssToken& token) {
    switch (token.kind) {
      case CssKind::whitespace:
      case CssKind::comment:
        return false;
      case CssKind::cdo:
      case CssKind::cdc:
        if (in_statement_ || in_rule_) return false;  // skipped between rules only; in a prelude it spoils it
        out_ += ' ';
        return true;
      case CssKind::at_keyword:
        break;
      case CssKind::close:
        if (token.raw == "}") {
          // Belongs to the next rule's prelude and spoils it; inside a block it would close ours instead.
          out_ += '%';
          return true;
        }
        [[fallthrough]];
      default:
        if (!in_statement_) {
          in_rule_ = true;
          imports_allowed_ = false;
        }
        return false;
    }
    if (in_statement_ || in_rule_) return false;  // a word of a prelude
    if (token.value == "import" || token.value == "charset") {
      begin_at_prelude();
      token.value == "import" ? import() : skip_statement(nullptr);
      at_prelude_ = false;
      return true;
    }
    if (token.value == "namespace") {
      std::string rule(token.raw);
      imports_allowed_ = false;
      begin_at_prelude();
      skip_statement(&rule);
      at_prelude_ = false;
      if (context_ == CssContext::sheet) head_ += rule;
      return true;
    }
    in_statement_ = true;
    statement_is_layer_ = token.value == "layer";
    if (!statement_is_layer_) imports_allowed_ = false;
    return false;
  }

  // Consumes up to the statement's ";" or its block, writing it to `rule` when given.
  bool skip_statement(std::string* rule) {
    CssToken token;
    std::string ignored;
    std::string& to = rule ? *rule : ignored;
    const std::size_t depth = open_.size();
    namespace_ = rule != nullptr;
    while (tokens_.next(token)) {
      const bool outside = open_.size() == depth;
      if (outside && token.kind == CssKind::semicolon) break;
      if (outside && token.kind == CssKind::close && token.raw == "}") continue;
      write(token, to);
      if (open_.size() == depth && token.kind == CssKind::close && token.raw == "}") {
        // An at-rule that must not have a block had one: it is invalid.
        to.clear();
        namespace_ = false;
        return true;
      }
    }
    close_to(depth, to);
    to += ';';
    namespace_ = false;
    return true;
  }

  void close_to(std::size_t depth, std::string& to) {
    while (open_.size() > depth) {
      to += open_.back().closer;
      open_.pop_back();
    }
  }

  // After "@import". The rule is read whole before anything is written.
  bool import() {
    const bool honoured = imports_allowed_;
    Import import;
    enum { location, layer, supports, media } expect = location;
    bool valid = false;
    std::string* inside = nullptr;  // of layer( or supports(
    CssToken token;
    while (tokens_.next(token)) {
      const bool outside = open_.empty();
      if (outside && token.kind == CssKind::semicolon) break;
      if (outside && token.kind == CssKind::open && token.raw == "{") {  // invalid: goes with its block
        std::string ignored;
        write(token, ignored);
        while (!open_.empty() && tokens_.next(token)) write(token, ignored);
        open_.clear();
        return true;
      }
      if (inside) {
        if (open_.size() == 1 && token.kind == CssKind::close && token.raw[0] == open_.back().closer) {
          open_.pop_back();
          inside = nullptr;
        } else {
          write(token, *inside);
        }
        continue;
      }
      if (expect == location) {
        if (token.kind == CssKind::whitespace || token.kind == CssKind::comment) continue;
        valid = token.kind == CssKind::string || token.kind == CssKind::url;
        import.url = token.value;
        if (token.kind == CssKind::function && token.value == "url") valid = quoted_url(import.url);
        expect = layer;
        continue;
      }
      if (token.kind == CssKind::whitespace || token.kind == CssKind::comment) {
        if (!import.media.empty()) import.media += ' ';
        continue;
      }
      if (expect == layer && token.kind == CssKind::ident && token.value == "layer") {
        import.layered = true;
        expect = supports;
      } else if (expect == layer && token.kind == CssKind::function && token.value == "layer") {
        import.layered = true;
        inside = &import.layer;
        open_.push_back({')', Block::plain});
        expect = supports;
      } else if (expect != media && token.kind == CssKind::function && token.value == "supports") {
        import.conditional = true;
        inside = &import.supports;
        open_.push_back({')', Block::plain});
        expect = media;
      } else {
        expect = media;
        if (outside && token.raw == "}") {
          import.media += '%';
        } else {
          write(token, import.media);
        }
      }
    }
    if (inside) {
      close_to(1, *inside);
      open_.clear();
    }
    close_to(0, import.media);
    while (!import.media.empty() && is_space(import.media.back())) import.media.pop_back();
    if (import.media.ends_with('<')) import.media += ' ';  // nothing may follow it directly
    if (import.layer.find_first_of("{};") != std::string::npos) valid = false;
    if (valid && honoured) out_ += visitor_.css_import(import);
    return true;
  }

  // After "url(" with a string: the string and the closing parenthesis.
  bool quoted_url(std::string& url) {
    CssToken token;
    bool found = false;
    bool clean = true;
    while (tokens_.next(token)) {
      if (token.kind == CssKind::whitespace || token.kind == CssKind::comment) continue;
      if (token.kind == CssKind::close && token.raw == ")") return found && clean;
      if (token.kind == CssKind::string && !found) {
        url = token.value;
        found = true;
      } else {
        clean = false;  // a url modifier; none is defined
      }
    }
    return found && clean;
  }

  bool inside_addresses() const { return !open_.empty() && open_.back().block == Block::addresses; }

  Use use() const { return font_faces_ > 0 ? Use::font : Use::image; }

  void address(std::string_view url, std::string& to) {
    if (namespace_) {
      to += "url(" + css_string(url) + ")";
    } else if (trimmed(url).starts_with('#')) {
      to += css_url_token(trimmed(url));  // an element of the document itself
    } else {
      const std::string replacement = visitor_.css_url(url, use());
      to += css_url_token(replacement.empty() ? "data:," : replacement);
    }
  }

  void write(const CssToken& token, std::string& to) {
    const bool after_colon = std::exchange(pseudo_class_next_, false);
    switch (token.kind) {
      case CssKind::comment:
        to += "/**/";
        break;
      case CssKind::string:
        if (inside_addresses()) {
          separate(to);
          address(token.value, to);
        } else if (token.complete && token.raw.find_first_of("<&") == std::string_view::npos) {
          to += token.raw;
        } else {
          to += css_string(token.value);
        }
        break;
      case CssKind::url:
        address(token.value, to);
        break;
      case CssKind::bad_string:  // as invalid, and what follows can't become part of it
        separate(to);
        to += "url(! !)";
        break;
      case CssKind::bad_url:
        to += "url(! !)";
        break;
      case CssKind::cdo:
        to += '%';
        break;
      case CssKind::function:
        if (after_colon && token.value == "state" && stands_in_selector(token)) {
          if (const std::string_view name = state_name(tokens_); !name.empty()) {
            const std::size_t end = end_of(name) + 1;  // behind its ")", white space aside
            to += page::is_replaced(css_, begin_of(token.raw), end) ? "state(" + std::string(name) + ")"
                                                                    : state_selector(name);
            break;
          }
        }
        function(token, to);
        break;
      case CssKind::at_keyword:
        if (!at_prelude_ && token.value != "scope") begin_at_prelude();
        if (token.value == "font-face") font_face_next_ = true;
        if (token.value == "import") {
          to += "@-keepleaf-import";  // means nothing here, and must not come to mean something elsewhere
        } else {
          write_name(token.raw, to);
        }
        break;
      case CssKind::open:
        open(token.raw[0], to);
        break;
      case CssKind::close:
        close(token.raw[0], to);
        break;
      case CssKind::semicolon:
        if (open_.empty()) end_statement(false);
        font_face_next_ = false;
        end_at_prelude();
        to += ';';
        break;
      case CssKind::delim:
        pseudo_class_next_ = token.raw[0] == ':' && !after_colon;
        delim(token.raw[0], to, token);
        break;
      case CssKind::ident:
        if (const std::string_view marked = after_colon ? marked_state(token.value) : std::string_view();
            !marked.empty() && stands_in_selector(token) && !is_replaced(token)) {
          to += marked;
        } else if (const std::string_view type = object_type(token, after_colon); !type.empty()) {
          to += type;
        } else {
          write_name(token.raw, to);
        }
        break;
      default:
        write_name(token.raw, to);
        break;
    }
  }

  // A colon and a name are a declaration's beginning just as well: what comes first tells, a block or an end.
  // Found once for all that stands before it, or a hostile sheet takes forever.
  bool stands_in_selector(const CssToken& token) {
    if (context_ == CssContext::declarations || at_prelude_ || inside_addresses()) return false;
    if (begin_of(token.raw) >= prelude_end_) find_prelude_end();
    return prelude_opens_;
  }

  void find_prelude_end() {
    CssTokenizer ahead = tokens_;
    CssToken next;
    std::size_t around = open_.size();  // of what is open now, still open there
    std::string inside;                 // and the closers of what opened since
    prelude_end_ = css_.size();
    prelude_opens_ = false;
    while (ahead.next(next)) {
      if (next.kind == CssKind::function && next.value == "url") {
        // As quoted_url() reads it: whatever stands in it is gone.
        while (ahead.next(next) && next.raw != ")") continue;
        continue;
      }
      if (next.kind == CssKind::function || next.raw == "(") inside += ')';
      if (next.raw == "[") inside += ']';
      const char closer = inside.empty() ? (around > 0 ? open_[around - 1].closer : '\0') : inside.back();
      const bool closes = next.kind == CssKind::close && next.raw[0] == closer;
      // A brace that closes nothing spoils a rule, but ends none.
      if (next.kind == CssKind::semicolon || next.raw == "{" || (closes && closer == '}')) {
        prelude_end_ = begin_of(next.raw);
        prelude_opens_ = next.raw == "{";
        return;
      }
      if (!closes) continue;
      if (inside.empty()) {
        --around;
      } else {
        inside.pop_back();
      }
    }
  }

  std::string_view object_type(const CssToken& token, bool after_colon) {
    if (after_colon || !visitor_.replaces_objects()) return {};
    const std::string_view written = object_selector(token.value);
    if (written.empty() || (!open_.empty() && !open_.back().types)) return {};
    const bool type = may_be_type(css_, begin_of(token.raw)) && !is_replaced(token);
    return type && stands_in_selector(token) ? written : std::string_view();
  }

  std::size_t begin_of(std::string_view raw) const {
    return static_cast<std::size_t>(raw.data() - css_.data());
  }
  std::size_t end_of(std::string_view raw) const { return begin_of(raw) + raw.size(); }
  bool is_replaced(const CssToken& token) const {
    return page::is_replaced(css_, begin_of(token.raw), end_of(token.raw));
  }

  void function(const CssToken& token, std::string& to) {
    if (token.value == "url") {
      std::string url;
      const bool valid = quoted_url(url);
      if (valid) {
        address(url, to);
      } else {
        to += "url(! !)";
      }
      return;
    }
    if (inside_addresses() && !harmless_among_addresses(token.value)) to += "-keepleaf-";
    write_name(token.raw, to);
    open_.push_back(
        {')', takes_addresses(token.value) ? Block::addresses : Block::plain, takes_selectors(token.value)});
  }

  void open(char c, std::string& to) {
    to += c;
    const bool font_face = c == '{' && std::exchange(font_face_next_, false);
    if (font_face) ++font_faces_;
    const bool addresses = c == '(' && inside_addresses();
    if (c == '{') end_at_prelude();
    open_.push_back({c == '('   ? ')'
                     : c == '[' ? ']'
                                : '}',
                     font_face   ? Block::font_face
                     : addresses ? Block::addresses
                                 : Block::plain,
                     c != '['});
  }

  void close(char c, std::string& to) {
    to += c;
    if (open_.empty() || open_.back().closer != c) return;  // means nothing there, for browsers neither
    if (open_.back().block == Block::font_face) --font_faces_;
    open_.pop_back();
    if (open_.size() < at_depth_) at_prelude_ = false;
    if (open_.empty() && c == '}') end_statement(true);
  }

  void begin_at_prelude() {
    at_prelude_ = true;
    at_depth_ = open_.size();
  }
  // What stands in brackets is no end.
  void end_at_prelude() {
    if (open_.size() <= at_depth_) at_prelude_ = false;
  }

  void end_statement(bool block) {
    if (in_statement_ && statement_is_layer_ && block) imports_allowed_ = false;
    in_statement_ = false;
    if (block) in_rule_ = false;
  }

  void delim(char c, std::string& to, const CssToken& token) {
    if (c == '<') {
      to += '<';
      const auto after = static_cast<std::size_t>(token.raw.data() - css_.data()) + 1;
      // "<" alone, as in (width<600px), must not meet a letter: it could begin a tag.
      if (after >= css_.size() || (css_[after] != '=' && !is_space(css_[after]))) to += ' ';
    } else if (c == '&') {
      to += '&';
      // A nesting selector ("&div", "&#id") must not read as a character reference where a style sheet is
      // markup.
      const auto after = static_cast<std::size_t>(token.raw.data() - css_.data()) + 1;
      if (after < css_.size() && (is_alpha(css_[after]) || css_[after] == '#')) to += "/**/";
    } else if (c == '\\') {
      to += '%';  // an invalid escape; as invalid, and nothing follows it
    } else {
      to += c;
    }
  }

  // Where a string becomes url(…), a name before it must not become part of the function's. A space or a
  // parenthesis keeps them apart, unless it is the name's own: escaped, or the end of an escape.
  static void separate(std::string& to) {
    if (to.empty()) return;
    if (to.back() == ' ' || to.back() == '(') {
      std::size_t end = to.size() - 1;
      while (end > 0 && is_hex(to[end - 1])) --end;
      if (end == 0 || to[end - 1] != '\\') return;
    }
    to += "/**/";
  }

  static void write_name(std::string_view raw, std::string& to) {
    for (std::size_t i = 0; i < raw.size(); ++i) {
      const bool escaped = i > 0 && raw[i - 1] == '\\';
      if (escaped && raw[i] == '<') {
        to += "3c ";
      } else if (escaped && raw[i] == '&') {
        to += "26 ";
      } else {
        to += raw[i];
      }
    }
  }

  CssTokenizer tokens_;
  std::string_view css_;
  CssContext context_;
  CssVisitor& visitor_;
  std::string head_;  // @namespace rules: they come before what imports become
  std::string out_;
  std::vector<Open> open_;
  std::size_t font_faces_ = 0;
  bool font_face_next_ = false;
  bool pseudo_class_next_ = false;  // after a single colon
  std::size_t prelude_end_ = 0;     // where the next "{", "}" or ";" is that is no part of anything else
  bool prelude_opens_ = false;
  std::size_t at_depth_ = 0;
  bool at_prelude_ = false;  // between an at-rule's name and its block
  bool imports_allowed_;
  bool in_statement_ = false;  // in an at-rule at top level, before its ";" or the end of its block
  bool statement_is_layer_ = false;
  bool in_rule_ = false;  // in a style rule at top level, before the end of its block
  bool namespace_ = false;
};

}  // namespace

std::string rewrite_css(std::string_view css, CssContext context, CssVisitor& visitor) {
  return Rewriter(css, context, visitor).run();
}

}  // namespace keepleaf::page
