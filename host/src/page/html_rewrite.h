// Rewriting documents by splicing: tags go through the rules, addresses through a visitor, everything else
// stays as written, invalid nesting included.
//
// The output reads the same in every state of a browser's tokenizer: outside of tags there is no "<",
// comments are gone, values are quoted and hold no "<" either. So a browser that understands the nesting
// otherwise than this rewriter did still finds no tag or attribute that has not been through the rules
// (docs/decisions/page-rewriting.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "page/css_rewrite.h"
#include "page/html_tokens.h"

namespace keepleaf::page {

struct Resource {
  std::string address;                  // to write; empty: left out
  std::optional<std::uint32_t> held{};  // the part, when there are bytes that were left out for their size
};

struct Sheet {
  bool inlined = false;  // `text` is CSS for <style>; else an address for <link>; empty: left out
  std::string text;
};

struct Frame {
  std::optional<std::string> srcdoc;  // the document, not yet escaped
  std::string address;                // else this goes into src; empty: no document
  bool runs_script = false;           // the sandbox leaves scripting on; what may run, the policy says
};

struct Embedded {
  enum class Kind : std::uint8_t { address, image, frame, fallback };
  Kind kind = Kind::fallback;  // fallback: what stands between <object> and </object>
  std::string address;         // of address and image; of a frame, when it has no srcdoc
  std::string srcdoc;          // of frame
  bool runs_script = false;    // as in Frame
  bool unscaled = false;       // of image: a drawing that says its own size, which its box does not change
};

// What <use> shows from another file, rewritten.
struct Sprite {
  std::string id;      // in the document
  std::string before;  // markup to stand before the element, and
  std::string inside;  // in it
};

// References come unescaped and as written, not resolved.
class DocumentVisitor : public CssVisitor {
 public:
  virtual Resource resource(std::string_view reference, Use use) = 0;
  virtual std::string link(std::string_view reference) = 0;    // empty: removed
  virtual std::string submit(std::string_view reference) = 0;  // empty: removed
  virtual Sheet linked_sheet(std::string_view reference, std::string_view media) = 0;
  virtual Frame frame(std::string_view src, const std::optional<std::string>& srcdoc, bool in_frameset) = 0;
  virtual Embedded embedded(std::string_view reference) = 0;
  virtual std::optional<Sprite> sprite(std::string_view) { return std::nullopt; }
};

enum class Form : std::uint8_t {
  shown,   // to be looked at: no <noscript>, frames are sandboxed
  stored,  // to be kept: <noscript> becomes content, what lazy loaders would load is loaded
};

struct RewriteOptions {
  Form form = Form::shown;
  Flavour flavour = Flavour::html;
  std::string head;       // written first in <head>
  bool fragment = false;  // no doctype, no head
};

// `head`: where in the result something can be put that is read first in <head>.
std::string rewrite_html(std::string_view html, const RewriteOptions& options, DocumentVisitor& visitor,
                         std::size_t* head = nullptr);

// The base address of a document: <base href> against `url`.
std::string document_base(std::string_view html, std::string_view url);

}  // namespace keepleaf::page
