#include "page/html_rewrite.h"

#include <algorithm>
#include <array>

#include "page/address.h"
#include "page/chars.h"
#include "page/html_text.h"
#include "page/tag_writer.h"

namespace keepleaf::page {
namespace {

using namespace std::string_view_literals;

constexpr int kNoscriptDepth = 4;  // <noscript> cannot nest; what unescapes to more is hostile

// Elements that are nothing but what they run or load. What stands inside, if anything, is for browsers
// without them.
bool is_dropped(std::string_view name) {
  constexpr std::array kNames = {"script"sv, "noscript"sv,    "applet"sv,
                                 "portal"sv, "fencedframe"sv, "bgsound"sv};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end() || !is_safe_tag_name(name);
}

// What trackers put there; it is never seen.
bool is_beacon(std::string_view html) {
  Tokenizer tokenizer(html);
  Token token;
  while (tokenizer.next(token)) {
    if (token.kind == TokenKind::text && !trimmed(token.content).empty()) return false;
    if (token.kind != TokenKind::start_tag) continue;
    const Attribute* width = token.attribute("width");
    const Attribute* height = token.attribute("height");
    const auto none = [](const Attribute* size) {
      return size && (size->value == "0" || size->value == "1");
    };
    const Attribute* style = token.attribute("style");
    const bool hidden = style && lower(style->value).find("display:none") != std::string::npos;
    if ((token.name != "img" && token.name != "iframe") || !((none(width) && none(height)) || hidden))
      return false;
  }
  return true;
}

class Rewriter {
 public:
  Rewriter(std::string_view html, const RewriteOptions& options, DocumentVisitor& visitor, int noscript_depth)
      : html_(html),
        options_(options),
        visitor_(visitor),
        tags_(options, visitor),
        tokens_(html, options.flavour),
        headless_(options.fragment),
        noscript_depth_(noscript_depth) {}

  std::string run() {
    Token token;
    out_.reserve(html_.size());
    // XML documents are never in quirks mode, whatever they declare.
    if (options_.flavour == Flavour::xml && !options_.fragment) out_ += "<!DOCTYPE html>";
    while (tokens_.next(token)) {
      if (skipping(token)) continue;
      switch (token.kind) {
        case TokenKind::comment:
          break;
        case TokenKind::doctype:
          doctype(token);
          break;
        case TokenKind::text:
          if (!trimmed(token.content).empty()) need_head();
          out_ += without_markup(token.content);
          break;
        case TokenKind::cdata:
          out_ += escape_text(token.content);
          break;
        case TokenKind::rcdata:
          out_ += without_markup(token.content);
          break;
        case TokenKind::raw_text:
          raw_text(token);
          break;
        case TokenKind::start_tag:
          start_tag(token);
          break;
        case TokenKind::end_tag:
          end_tag(token);
          break;
      }
    }
    need_head();
    return std::move(out_);
  }

  std::size_t head_at() const { return head_at_; }

 private:
  void doctype(const Token& token) {
    if (doctype_passed_ || options_.fragment || options_.flavour == Flavour::xml) return;
    doctype_passed_ = true;
    if (!trimmed(out_).empty()) return;  // white space before it changes nothing
    const bool plain = token.content.find_first_of("<&") == std::string_view::npos;
    out_ += plain ? "<!" + std::string(token.content) + ">" : "<!DOCTYPE html>";
  }

  void need_head() {
    if (headless_) return;
    headless_ = true;
    head_at_ = out_.size();
    out_ += options_.head;
  }

  // What an element that was replaced as a whole had inside.
  bool skipping(const Token& token) {
    if (skipped_ == 0) return false;
    if (token.name == "object" && token.kind == TokenKind::start_tag) ++skipped_;
    if (token.name == "object" && token.kind == TokenKind::end_tag) --skipped_;
    return true;
  }

  void raw_text(const Token& token) {
    if (token.name == "style") {
      const bool decoded = token.foreign || options_.flavour == Flavour::xml;
      std::string css;
      if (decoded) css = foreign_style(token.content);
      css = rewrite_css(decoded ? std::string_view(css) : token.content, CssContext::sheet, visitor_);
      out_ += token.foreign ? escape_text(css) : css;
    } else if (token.name == "noscript") {
      if (options_.form == Form::stored && noscript_depth_ < kNoscriptDepth && !is_beacon(token.content)) {
        RewriteOptions inner = options_;
        inner.fragment = true;
        if (!shown_already(token.content)) {
          out_ += Rewriter(token.content, inner, visitor_, noscript_depth_ + 1).run();
        }
      }
    } else if (token.name == "xmp" || token.name == "plaintext") {
      out_ += escape_text(token.content);
    }
  }

  // In SVG and in XML the text of <style> has references and CDATA sections.
  static std::string foreign_style(std::string_view content) {
    std::string out;
    Tokenizer tokenizer(content, Flavour::xml);
    Token token;
    while (tokenizer.next(token)) {
      if (token.kind == TokenKind::cdata) out += token.content;
      if (token.kind == TokenKind::text) out += decode_references(token.content, ReferenceContext::text);
    }
    return out;
  }

  // <noscript> after an image that a lazy loader would show repeats that image.
  bool shown_already(std::string_view noscript) {
    Tokenizer tokenizer(noscript);
    Token token;
    bool images = false;
    while (tokenizer.next(token)) {
      if (token.kind == TokenKind::text && !trimmed(token.content).empty()) return false;
      if (token.kind != TokenKind::start_tag) continue;
      const Attribute* src = token.attribute("src");
      if (token.name != "img" || !src) return false;
      const std::string address =
          cleaned_reference(decode_references(src->value, ReferenceContext::attribute));
      if (!tags_.was_lazy(address)) return false;
      images = true;
    }
    return images;
  }

  void start_tag(Token& token) {
    const std::string& name = token.name;
    if (is_dropped(name)) return;
    if (name != "html" && name != "head") need_head();
    if (name == "head" && headless_ && !options_.fragment) return;  // browsers ignore it
    const WrittenTag written = tags_.start(token);
    out_ += written.text;
    if (written.replaces_content && last_object_end() > position(token)) skipped_ = 1;
    if (name == "head") need_head();
  }

  void end_tag(const Token& token) {
    const std::string& name = token.name;
    if (is_dropped(name)) return;
    if (options_.flavour == Flavour::xml && is_void_element(name)) return;
    if (name == "frame" || name == "embed") return;
    if (name != "html" && name != "head") need_head();
    out_ += "</";
    out_ += name == "xmp" || name == "plaintext" ? "pre"sv : token.written_name;
    out_ += '>';
  }

  std::size_t position(const Token& token) const {
    return static_cast<std::size_t>(token.written_name.data() - html_.data());
  }

  // Computed once: without it, an unclosed <object> would swallow the rest of the document.
  std::size_t last_object_end() {
    if (!last_object_end_) {
      last_object_end_ = 0;
      for (std::size_t at = html_.find("</"); at != std::string_view::npos; at = html_.find("</", at + 2)) {
        if (starts_with_ignoring_case(html_.substr(at + 2), "object")) last_object_end_ = at;
      }
    }
    return *last_object_end_;
  }

  std::string_view html_;
  const RewriteOptions& options_;
  DocumentVisitor& visitor_;
  TagWriter tags_;
  Tokenizer tokens_;
  std::string out_;
  bool doctype_passed_ = false;
  bool headless_;  // the head has begun, or there is none
  std::size_t head_at_ = 0;
  int noscript_depth_;
  std::size_t skipped_ = 0;  // open <object>s whose content is left out
  std::optional<std::size_t> last_object_end_;
};

}  // namespace

std::string rewrite_html(std::string_view html, const RewriteOptions& options, DocumentVisitor& visitor,
                         std::size_t* head) {
  Rewriter rewriter(html, options, visitor, 0);
  std::string out = rewriter.run();
  if (head) *head = rewriter.head_at();
  return out;
}

std::string document_base(std::string_view html, std::string_view url) {
  Tokenizer tokenizer(html);
  Token token;
  while (tokenizer.next(token)) {
    if (token.kind != TokenKind::start_tag || token.name != "base" || token.foreign) continue;
    const Attribute* href = token.attribute("href");
    if (!href) continue;
    const std::string base = absolute(url, decode_references(href->value, ReferenceContext::attribute));
    return is_fetchable(base) ? base : std::string(url);
  }
  return std::string(url);
}

}  // namespace keepleaf::page
