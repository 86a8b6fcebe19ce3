#include "page/html_tokens.h"

#include <algorithm>
#include <array>
#include <utility>

#include "page/chars.h"

namespace keepleaf::page {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kTrackedDepth = 256;  // deeper nesting of SVG in HTML in SVG is not followed
constexpr std::size_t kAttributes = 4096;   // of one tag; no page has more, and each costs a comparison

template <std::size_t N>
bool any_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::array kVoid = {"area"sv,  "base"sv,  "br"sv,      "col"sv,   "embed"sv,  "hr"sv,
                              "img"sv,   "input"sv, "link"sv,    "meta"sv,  "param"sv,  "source"sv,
                              "track"sv, "wbr"sv,   "bgsound"sv, "frame"sv, "keygen"sv, "basefont"sv};

constexpr std::array kRawText = {"style"sv,   "script"sv,   "xmp"sv,      "iframe"sv,
                                 "noembed"sv, "noframes"sv, "noscript"sv, "plaintext"sv};

// HTML elements that end SVG and MathML (13.2.6.5).
constexpr std::array kBreakout = {
    "b"sv,      "big"sv,  "blockquote"sv, "body"sv,  "br"sv,   "center"sv, "code"sv,    "dd"sv,   "div"sv,
    "dl"sv,     "dt"sv,   "em"sv,         "embed"sv, "h1"sv,   "h2"sv,     "h3"sv,      "h4"sv,   "h5"sv,
    "h6"sv,     "head"sv, "hr"sv,         "i"sv,     "img"sv,  "li"sv,     "listing"sv, "menu"sv, "meta"sv,
    "nobr"sv,   "ol"sv,   "p"sv,          "pre"sv,   "ruby"sv, "s"sv,      "small"sv,   "span"sv, "strong"sv,
    "strike"sv, "sub"sv,  "sup"sv,        "table"sv, "tt"sv,   "u"sv,      "ul"sv,      "var"sv};

constexpr std::array kIntegration = {"foreignobject"sv, "desc"sv, "title"sv, "mi"sv, "mo"sv, "mn"sv, "ms"sv,
                                     "mtext"sv};

bool ends_tag_name(char c) { return is_space(c) || c == '/' || c == '>'; }

// After "<script" inside "<!--" in a script, "</script>" is text until the next one (script data double
// escaped).
std::size_t script_end(std::string_view html, std::size_t from) {
  bool escaped = false;
  bool twice = false;
  for (std::size_t i = from; i < html.size();) {
    const std::string_view rest = html.substr(i);
    if (!escaped && rest.starts_with("<!--")) {
      escaped = true;
      i += 4;
      // "<!-->" and "<!--->" are whole comments
      if (html.substr(i).starts_with(">")) escaped = false;
      if (html.substr(i).starts_with("->")) escaped = false;
    } else if (escaped && rest.starts_with("-->")) {
      escaped = twice = false;
      i += 3;
    } else if (starts_with_ignoring_case(rest, "</script") && rest.size() > 8 && ends_tag_name(rest[8])) {
      if (!twice) return i;
      twice = false;
      i += 8;
    } else if (escaped && !twice && starts_with_ignoring_case(rest, "<script") && rest.size() > 7 &&
               ends_tag_name(rest[7])) {
      twice = true;
      i += 7;
    } else {
      const std::size_t next = html.find_first_of("<-", i + 1);
      i = next == std::string_view::npos ? html.size() : next;
    }
  }
  return html.size();
}

}  // namespace

bool is_void_element(std::string_view name) { return any_of(kVoid, name); }

const Attribute* Token::attribute(std::string_view lower_case_name) const {
  for (const Attribute& candidate : attributes) {
    if (equals_ignoring_case(candidate.name, lower_case_name)) return &candidate;
  }
  return nullptr;
}

std::size_t raw_text_end(std::string_view html, std::size_t from, std::string_view element) {
  if (element == "plaintext") return html.size();
  if (element == "script") return script_end(html, from);
  for (std::size_t i = html.find("</", from); i != std::string_view::npos; i = html.find("</", i + 2)) {
    const std::string_view name = html.substr(i + 2);
    if (name.size() > element.size() && starts_with_ignoring_case(name, element) &&
        ends_tag_name(name[element.size()])) {
      return i;
    }
  }
  return html.size();
}

bool Tokenizer::next(Token& token) {
  token.content = {};
  token.name.clear();
  token.written_name = {};
  token.attributes.clear();
  token.self_closing = false;
  token.foreign = in_foreign();
  if (!raw_element_.empty()) {
    raw(token);
    if (!token.content.empty()) return true;
  }
  while (at_ < html_.size()) {
    const std::size_t before = at_;
    if (html_[at_] == '<' && markup(token)) return true;
    if (at_ != before) continue;  // markup that means nothing, such as "</>"
    text(token);
    return true;
  }
  return false;
}

// Up to the next "<" that can begin markup; a "<" at the very beginning is text already.
void Tokenizer::text(Token& token) {
  const std::size_t begin = at_;
  std::size_t end = html_.find('<', at_ + 1);
  while (end != std::string_view::npos) {
    const char after = end + 1 < html_.size() ? html_[end + 1] : ' ';
    if (is_alpha(after) || after == '/' || after == '!' || after == '?') break;
    end = html_.find('<', end + 1);
  }
  at_ = end == std::string_view::npos ? html_.size() : end;
  token.kind = TokenKind::text;
  token.content = html_.substr(begin, at_ - begin);
}

// At "<". False with at_ unchanged: it is text. False with at_ moved: nothing.
bool Tokenizer::markup(Token& token) {
  const std::size_t begin = at_;
  const std::string_view rest = html_.substr(at_ + 1);
  if (rest.empty()) return false;
  if (is_alpha(rest[0])) {
    at_ += 1;
    return tag(token, false);
  }
  if (rest[0] == '/') {
    if (rest.size() < 2) return false;
    if (is_alpha(rest[1])) {
      at_ += 2;
      return tag(token, true);
    }
    if (rest[1] == '>') {
      at_ += 3;
      return false;
    }
    bogus_comment(token, begin + 2);
    return true;
  }
  if (rest[0] == '?') {
    bogus_comment(token, begin + 1);
    return true;
  }
  if (rest[0] != '!') return false;
  if (rest.starts_with("!--")) {
    comment(token, begin + 4);
  } else if (starts_with_ignoring_case(rest, "!doctype")) {
    bogus_comment(token, begin + 2);
    token.kind = TokenKind::doctype;
  } else if ((in_foreign() || flavour_ == Flavour::xml) && rest.starts_with("![CDATA[")) {
    const std::size_t from = begin + 9;
    const std::size_t end = html_.find("]]>", from);
    token.kind = TokenKind::cdata;
    token.content = html_.substr(from, end == std::string_view::npos ? end : end - from);
    at_ = end == std::string_view::npos ? html_.size() : end + 3;
  } else {
    bogus_comment(token, begin + 2);
  }
  return true;
}

void Tokenizer::comment(Token& token, std::size_t begin) {
  token.kind = TokenKind::comment;
  const std::string_view rest = html_.substr(begin);
  if (rest.starts_with(">")) {
    at_ = begin + 1;
  } else if (rest.starts_with("->")) {
    at_ = begin + 2;
  } else {
    std::size_t end = begin;
    std::size_t length = 3;
    while ((end = html_.find("--", end)) != std::string_view::npos) {
      if (html_.substr(end).starts_with("-->")) break;
      if (html_.substr(end).starts_with("--!>")) {
        length = 4;
        break;
      }
      ++end;
    }
    token.content = html_.substr(begin, end == std::string_view::npos ? end : end - begin);
    at_ = end == std::string_view::npos ? html_.size() : end + length;
  }
}

void Tokenizer::bogus_comment(Token& token, std::size_t begin) {
  const std::size_t end = html_.find('>', begin);
  token.kind = TokenKind::comment;
  token.content = html_.substr(begin, end == std::string_view::npos ? end : end - begin);
  at_ = end == std::string_view::npos ? html_.size() : end + 1;
}

bool Tokenizer::tag(Token& token, bool end) {
  const std::size_t begin = at_;
  while (at_ < html_.size() && !ends_tag_name(html_[at_])) ++at_;
  token.written_name = html_.substr(begin, at_ - begin);
  token.name = lower(token.written_name);
  token.kind = end ? TokenKind::end_tag : TokenKind::start_tag;
  if (!attributes(token)) return false;  // the text ends inside the tag: browsers drop it
  if (end) {
    track_end(token);
    return true;
  }
  track_start(token);
  if (token.self_closing && (token.foreign || flavour_ == Flavour::xml)) return true;
  const bool html = !token.foreign && flavour_ == Flavour::html;
  if (html ? any_of(kRawText, token.name) : (token.name == "style" || token.name == "script")) {
    raw_kind_ = TokenKind::raw_text;
    raw_element_ = token.name;
  } else if (html && (token.name == "title" || token.name == "textarea")) {
    raw_kind_ = TokenKind::rcdata;
    raw_element_ = token.name;
  }
  return true;
}

bool Tokenizer::attributes(Token& token) {
  const auto more = [this] { return at_ < html_.size(); };
  while (true) {
    while (more() && (is_space(html_[at_]) || html_[at_] == '/')) {
      token.self_closing = html_[at_] == '/' && at_ + 1 < html_.size() && html_[at_ + 1] == '>';
      ++at_;
    }
    if (!more()) return false;
    if (html_[at_] == '>') {
      ++at_;
      return true;
    }
    Attribute attribute;
    const std::size_t name = at_++;  // a leading "=" belongs to the name
    while (more() && !ends_tag_name(html_[at_]) && html_[at_] != '=') ++at_;
    attribute.name = html_.substr(name, at_ - name);
    while (more() && is_space(html_[at_])) ++at_;
    if (more() && html_[at_] == '=') {
      ++at_;
      while (more() && is_space(html_[at_])) ++at_;
      if (!more()) return false;
      if (const char quote = html_[at_]; quote == '"' || quote == '\'') {
        const std::size_t end = html_.find(quote, at_ + 1);
        if (end == std::string_view::npos) {
          at_ = html_.size();
          return false;
        }
        attribute.value = html_.substr(at_ + 1, end - at_ - 1);
        at_ = end + 1;
      } else {
        const std::size_t value = at_;
        while (more() && !is_space(html_[at_]) && html_[at_] != '>') ++at_;
        attribute.value = html_.substr(value, at_ - value);
      }
    }
    if (token.attributes.size() < kAttributes) token.attributes.push_back(attribute);
  }
}

void Tokenizer::raw(Token& token) {
  const std::size_t end = raw_text_end(html_, at_, raw_element_);
  token.kind = raw_kind_;
  token.name = std::exchange(raw_element_, {});
  token.content = html_.substr(at_, end - at_);
  at_ = end;
}

bool Tokenizer::in_foreign() const { return !foreign_.empty() && !foreign_.back().holds_html; }

void Tokenizer::track_start(Token& token) {
  const std::string& name = token.name;
  if (in_foreign()) {
    const bool font =
        name == "font" && (token.attribute("color") || token.attribute("face") || token.attribute("size"));
    if (any_of(kBreakout, name) || font) {
      while (in_foreign()) foreign_.pop_back();
    }
  }
  token.foreign = in_foreign() || name == "svg" || name == "math";
  if (!token.foreign || token.self_closing || foreign_.size() >= kTrackedDepth) return;
  bool holds_html = any_of(kIntegration, name);
  if (name == "annotation-xml") {
    const Attribute* encoding = token.attribute("encoding");
    holds_html = encoding && (equals_ignoring_case(encoding->value, "text/html") ||
                              equals_ignoring_case(encoding->value, "application/xhtml+xml"));
  }
  foreign_.push_back({name, holds_html});
}

void Tokenizer::track_end(Token& token) {
  if (in_foreign() && (token.name == "p" || token.name == "br")) {
    while (in_foreign()) foreign_.pop_back();
  }
  for (std::size_t i = foreign_.size(); i-- > 0;) {
    if (foreign_[i].name != token.name) continue;
    foreign_.resize(i);
    token.foreign = true;
    return;
  }
  token.foreign = in_foreign();
}

}  // namespace keepleaf::page
