// Rewriting style sheets token by token: every address goes through a visitor, everything else stays as
// written.
//
// The output is safe to put between <style> and </style>, into a style attribute (escaped) and into @media
// blocks: it contains no "<" that could begin markup, no "&" that could begin a character reference (HTML
// reads a sheet as it stands, SVG as markup: both find the same), no comment text, and whatever was open at
// the end is closed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace keepleaf::page {

// What an address is loaded as. Roles of parts are coarser: see role_of.
enum class Use : std::uint8_t { image, icon, font, stylesheet, audio, video, text_track, frame, object, svg };
std::string_view role_of(Use use);

// @import's parts, each made safe by the rewriter.
struct Import {
  std::string url;       // unescaped, not resolved
  bool layered = false;  // "layer" or "layer(name)"
  std::string layer;     // the name, may be empty
  bool conditional = false;
  std::string supports;  // what stands between supports( and )
  std::string media;     // may be empty
};

class CssVisitor {
 public:
  virtual ~CssVisitor() = default;

  // The address to write in place of `url`, unescaped; empty: the resource is left out, and nothing is
  // loaded.
  virtual std::string css_url(std::string_view url, Use use) = 0;

  // What stands in place of a whole @import rule: wrapped_import() or written_import(), or nothing. Only
  // called where browsers honour the rule.
  virtual std::string css_import(const Import& import) = 0;

  // Whether pictures and frames stand for the document's <object>s and <embed>s.
  virtual bool replaces_objects() const { return false; }
};

enum class CssContext : std::uint8_t {
  sheet,      // a whole style sheet
  flattened,  // a sheet that ends up inside blocks of another: @namespace, which may not stand there, is left
              // out
  declarations  // a style attribute, or the value of an attribute that holds CSS
};

std::string rewrite_css(std::string_view css, CssContext context, CssVisitor& visitor);

}  // namespace keepleaf::page
