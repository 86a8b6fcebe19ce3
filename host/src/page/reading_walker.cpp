#include "page/reading_walker.h"

#include <algorithm>

#include "page/attribute_rules.h"
#include "page/chars.h"
#include "page/html_text.h"

namespace keepleaf::page {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kDepth = 512;  // browsers flatten what nests deeper

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::array kBlocks = {
    "address"sv,    "article"sv, "aside"sv,   "blockquote"sv, "body"sv,   "center"sv, "dd"sv,
    "details"sv,    "dialog"sv,  "dir"sv,     "div"sv,        "dl"sv,     "dt"sv,     "fieldset"sv,
    "figcaption"sv, "figure"sv,  "footer"sv,  "form"sv,       "h1"sv,     "h2"sv,     "h3"sv,
    "h4"sv,         "h5"sv,      "h6"sv,      "header"sv,     "hgroup"sv, "hr"sv,     "html"sv,
    "legend"sv,     "li"sv,      "listing"sv, "main"sv,       "menu"sv,   "nav"sv,    "ol"sv,
    "optgroup"sv,   "option"sv,  "p"sv,       "plaintext"sv,  "pre"sv,    "search"sv, "section"sv,
    "select"sv,     "summary"sv, "table"sv,   "caption"sv,    "tbody"sv,  "tfoot"sv,  "thead"sv,
    "tr"sv,         "ul"sv,      "xmp"sv,     "textarea"sv};

constexpr std::array kClosesParagraph = {
    "address"sv, "article"sv, "aside"sv, "blockquote"sv, "center"sv,     "details"sv,  "dialog"sv,
    "dir"sv,     "div"sv,     "dl"sv,    "fieldset"sv,   "figcaption"sv, "figure"sv,   "footer"sv,
    "form"sv,    "h1"sv,      "h2"sv,    "h3"sv,         "h4"sv,         "h5"sv,       "h6"sv,
    "header"sv,  "hgroup"sv,  "hr"sv,    "li"sv,         "dd"sv,         "dt"sv,       "listing"sv,
    "main"sv,    "menu"sv,    "nav"sv,   "ol"sv,         "p"sv,          "pre"sv,      "search"sv,
    "section"sv, "summary"sv, "table"sv, "ul"sv,         "xmp"sv,        "plaintext"sv};

constexpr std::array kNeverShown = {"head"sv,   "datalist"sv, "audio"sv,   "video"sv,
                                    "canvas"sv, "rp"sv,       "frameset"sv};
constexpr std::array kForeignNeverShown = {"title"sv,  "desc"sv,       "metadata"sv,      "defs"sv,
                                           "symbol"sv, "annotation"sv, "annotation-xml"sv};
constexpr std::array kTextInputs = {""sv,      "text"sv, "search"sv, "url"sv,
                                    "email"sv, "tel"sv,  "number"sv, "date"sv};

// Elements whose end tag may be left out, which start tags end them, and how far up they may stand.
struct Implied {
  std::string_view start;
  std::array<std::string_view, 3> ends;
  std::string_view boundary;
};
constexpr std::array kImplied = {Implied{"li", {"li"}, "ul"},
                                 Implied{"dt", {"dt", "dd"}, "dl"},
                                 Implied{"dd", {"dt", "dd"}, "dl"},
                                 Implied{"td", {"td", "th"}, "tr"},
                                 Implied{"th", {"td", "th"}, "tr"},
                                 Implied{"tr", {"tr"}, "table"},
                                 Implied{"option", {"option"}, "select"},
                                 Implied{"optgroup", {"optgroup", "option"}, "select"},
                                 Implied{"tbody", {"tbody", "thead", "tfoot"}, "table"},
                                 Implied{"tfoot", {"tbody", "thead", "tfoot"}, "table"},
                                 Implied{"thead", {"tbody", "thead", "tfoot"}, "table"},
                                 Implied{"rp", {"rp", "rt"}, "ruby"},
                                 Implied{"rt", {"rp", "rt"}, "ruby"},
                                 Implied{"body", {"head"}, "html"}};

// What stops the search for an open <p> or a table's parts.
constexpr std::array kScopes = {"table"sv,   "template"sv, "td"sv,     "th"sv,
                                "caption"sv, "button"sv,   "object"sv, "html"sv};

bool hides(const Attribute* style) {
  if (!style) return false;
  std::string text = lower(decode_references(style->value, ReferenceContext::attribute));
  std::erase_if(text, is_space);
  for (std::size_t at = text.find("display:none"); at != std::string::npos;
       at = text.find("display:none", at + 1)) {
    if (at == 0 || text[at - 1] == ';') return true;
  }
  return false;
}

}  // namespace

bool is_block_element(std::string_view name) { return contains(kBlocks, real_name(name)); }

std::string shown_value(const Token& input) {
  const Attribute* type = input.attribute("type");
  const Attribute* value = input.attribute("value");
  if (!value || input.attribute("hidden") || hides(input.attribute("style"))) return {};
  if (!contains(kTextInputs, lower(trimmed(type ? type->value : ""sv)))) return {};
  return decode_references(value->value, ReferenceContext::attribute);
}

void ReadingWalker::walk(std::string_view html, Flavour flavour) {
  Tokenizer tokenizer(html, flavour);
  Token token;
  while (!full() && tokenizer.next(token)) {
    switch (token.kind) {
      case TokenKind::text:
        shown_text(decode_references(token.content, ReferenceContext::text));
        break;
      case TokenKind::cdata:
        shown_text(token.content);
        break;
      case TokenKind::rcdata:
        if (token.name == "textarea") shown_text(decode_references(token.content, ReferenceContext::text));
        break;
      case TokenKind::raw_text:
        if (token.name == "xmp" || token.name == "plaintext") shown_text(token.content);
        break;
      case TokenKind::start_tag:
        start(token, flavour);
        break;
      case TokenKind::end_tag:
        end(token);
        break;
      default:
        break;
    }
  }
  close_to(0);
}

void ReadingWalker::shown_text(std::string_view content) {
  if (hidden_ == 0) on_text(content);
}

void ReadingWalker::start(const Token& token, Flavour flavour) {
  const std::string& name = token.name;
  if (!token.foreign) imply_ends(name);
  if (hidden_ == 0) on_start_tag(token);
  if (name == "br") return;
  const bool closed = token.self_closing && (token.foreign || flavour == Flavour::xml);
  if (closed || (!token.foreign && is_void_element(name)) || name == "script" || name == "style") return;
  if (open_.size() >= kDepth) {
    ++beyond_;
    return;
  }
  open_.push_back(
      {name, is_hidden(token), name == "pre" || name == "textarea" || name == "xmp" || name == "listing"});
  ++counts_[name];
  hidden_ += open_.back().hidden ? 1U : 0U;
  preserved_ += open_.back().preserves ? 1U : 0U;
  if (hidden_ == 0) on_open(token);
}

bool ReadingWalker::is_hidden(const Token& token) {
  const std::string& name = token.name;
  if (token.foreign) {
    // Under a stand-in name: HTML that script put into a drawing, where nobody sees it.
    return contains(kForeignNeverShown, name) || name.starts_with(kStandIn) ||
           hides(token.attribute("style"));
  }
  if (name == "template") return !token.attribute("shadowrootmode");
  if (name == "option") return !token.attribute("selected");
  if (name == "dialog" && !token.attribute("open")) return true;
  if (contains(kNeverShown, name)) return true;
  const Attribute* hidden = token.attribute("hidden");
  if (hidden && !equals_ignoring_case(hidden->value, "until-found")) return true;
  return hides(token.attribute("style"));
}

void ReadingWalker::imply_ends(const std::string& name) {
  if (contains(kClosesParagraph, name)) close_nearest({"p"}, {});
  for (const Implied& rule : kImplied) {
    if (rule.start == name) close_nearest(rule.ends, rule.boundary);
  }
}

void ReadingWalker::close_nearest(const std::array<std::string_view, 3>& names, std::string_view boundary) {
  if (std::none_of(names.begin(), names.end(), [this](std::string_view name) { return is_open(name); }))
    return;
  for (std::size_t i = open_.size(); i-- > 0;) {
    const std::string& name = open_[i].name;
    if (std::find(names.begin(), names.end(), name) != names.end()) return close_to(i);
    if (name == boundary || (boundary == "ul" && (name == "ol" || name == "menu"))) return;
    const bool cell = name == "td" || name == "th" || name == "caption";
    if (contains(kScopes, name) && !(boundary == "table" && cell)) return;
  }
}

void ReadingWalker::end(const Token& token) {
  if (beyond_ > 0) {
    --beyond_;
    return;
  }
  if (hidden_ == 0) on_end_tag(token);
  if (!is_open(token.name)) return;
  for (std::size_t i = open_.size(); i-- > 0;) {
    if (open_[i].name == token.name) return close_to(i);
    // An end tag inside a template or a cell does not reach what is outside.
    if (open_[i].name == "template") return;
  }
}

void ReadingWalker::close_to(std::size_t size) {
  while (open_.size() > size) {
    if (hidden_ == 0) on_close(open_.back().name);
    hidden_ -= open_.back().hidden ? 1U : 0U;
    preserved_ -= open_.back().preserves ? 1U : 0U;
    if (const auto count = counts_.find(open_.back().name); --count->second == 0) counts_.erase(count);
    open_.pop_back();
  }
}

}  // namespace keepleaf::page
