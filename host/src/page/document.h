// What the page room makes of a snapshot: the self-contained document that replay and export show, and its
// text. Pages are hostile: what comes out never holds a script, an event handler, a refresh or a remote
// address that a browser would fetch by itself.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "page/object_source.h"

namespace keepleaf::page {

struct SelfContained {
  std::string media_type;  // text/html; charset=utf-8, or the root's own type when it is not a document
  Bytes bytes;
};

enum class Purpose : std::uint8_t {
  replay,    // inside the extension's sandboxed frame: no CSP of its own, big media left out
  download,  // a file that opens anywhere: carries a CSP that allows nothing but what is inlined
};

// One document with every resource inlined as data:, sheets as <style>, frames as srcdoc in an empty sandbox.
// Missing parts show nothing and fetch nothing; a resource that is damaged counts as missing. Roots that are
// no documents (PDF, images, text) come back as their bytes; an SVG root as an image in a document.
//
// What was left out is named on its element: data-keepleaf-<attribute> holds the reference as it was written,
// data-keepleaf-held the number of a part that has bytes but is too big for replay (one over 8 MiB; all
// beyond 64 MiB). Links into the page itself become "#fragment", others stay absolute.
//
// Errors: corrupt (the page itself is damaged, or there are no parts), not_found (the page itself was not
// kept), too_large (over 512 MiB), io.
Result<SelfContained> self_contained(const ObjectSource& source, Purpose purpose);

struct ExtractedText {
  std::string text;  // UTF-8, blocks separated by line breaks, frames after the page, at most 16 MiB
  bool truncated = false;
};
inline constexpr std::uint32_t kExtractorVersion = 1;

// What a reader sees of the documents: no scripts, styles, or hidden templates; shadow roots and what was
// typed into text fields included; alt texts not (page/visible_text.h). A text root is its own text, a PDF
// has none. Errors: those of ObjectSource::read for a document.
Result<ExtractedText> extract_text(const ObjectSource& source);

// The title of an HTML document in UTF-8, white space folded; empty when there is none.
std::string html_title(std::string_view html);

}  // namespace keepleaf::page
