#include "page/inliner.h"

#include <algorithm>

#include "page/address.h"
#include "page/attribute_rules.h"
#include "page/chars.h"
#include "page/css_write.h"
#include "page/data_url.h"
#include "page/document_head.h"
#include "page/encoding.h"
#include "page/html_text.h"
#include "page/media_type.h"
#include "page/quirks.h"
#include "page/restore_state.h"

namespace keepleaf::page {
namespace {

constexpr std::size_t kDepth = 12;  // of frames in frames, and of imports in imports

constexpr std::string_view kMissingFrame =
    "<!DOCTYPE html><meta charset=\"utf-8\"><body style=\"margin:0;font:13px "
    "sans-serif;color:#777;background:#fff\">"
    "<p style=\"margin:8px\">This frame was not kept.";

// In a srcdoc no document is in quirks mode, but behind an address it is. Chromium follows none beyond 2 MiB:
// a document that large is shown in standards mode.
std::string quirky_address(std::string_view document) {
  constexpr std::size_t kLongest = (2 << 20) - 1;
  if (document.size() > kLongest || !is_quirky(document)) return {};
  std::string address = write_document_url(document);
  // Beyond ASCII each byte becomes three once the address is read.
  const auto escaped = static_cast<std::size_t>(std::count_if(
      address.begin(), address.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }));
  return address.size() + 2 * escaped > kLongest ? std::string() : address;
}

// Where scripting is off a <canvas> is no box but what stands in it. Also in a frame of the document, whose
// markup is escaped.
bool holds_canvas(std::string_view document) {
  constexpr std::string_view kName = "canvas";
  for (std::size_t at = document.find(kName); at != std::string_view::npos;
       at = document.find(kName, at + 1)) {
    const std::string_view before = document.substr(0, at);
    if (before.ends_with('<') || before.ends_with("lt;") || before.ends_with("%3C")) return true;
  }
  return false;
}

// Whether the root of an SVG document has a size in absolute units.
bool says_its_size(std::string_view svg) {
  Tokenizer tokenizer(svg, Flavour::xml);
  Token token;
  while (tokenizer.next(token)) {
    if (token.kind != TokenKind::start_tag) continue;
    for (const std::string_view name : {"width", "height"}) {
      const Attribute* size = token.attribute(name);
      if (!size || size->value.empty() || !is_digit(size->value[0]) || size->value.ends_with('%'))
        return false;
    }
    return true;
  }
  return false;
}

bool is_open(const Scope& scope, std::uint32_t part) {
  return std::find(scope.path.begin(), scope.path.end(), part) != scope.path.end();
}

std::string image_document(std::string_view address) {
  return "<!DOCTYPE html><html><head><meta charset=\"utf-8\"></head><body style=\"margin:0\"><img alt=\"\" "
         "style=\"display:block;max-width:100%\" src=\"" +
         escape_attribute(address) + "\"></body></html>";
}

std::string written_document(Assembly& assembly, std::string_view html, Flavour flavour, Scope scope) {
  RewriteOptions options;
  options.flavour = flavour;
  scope.base = document_base(html, scope.base);
  scope.objects = holds_objects(html);
  DocumentInliner inliner(assembly, std::move(scope));
  // Only when the frames are in it, it is known what the head must allow.
  std::size_t head = 0;
  std::string document = rewrite_html(html, options, inliner, &head);
  return document.insert(
      head,
      document_head(document, assembly.purpose() == Purpose::download ? kInlinedPolicy : std::string_view()));
}

}  // namespace

bool holds_objects(std::string_view html) {
  for (std::size_t at = html.find('<'); at != std::string_view::npos; at = html.find('<', at + 1)) {
    const std::string_view name = html.substr(at + 1);
    if (starts_with_ignoring_case(name, "object") || starts_with_ignoring_case(name, "embed")) return true;
  }
  return false;
}

Resource SheetInliner::resource_at(std::string_view reference, Use use) {
  const PartRecord* part = nullptr;
  std::string address;
  if (const auto n = part_number(reference)) {
    address = cleaned_reference(reference);
    part = assembly_.parts().number(*n);
  } else {
    address = absolute(scope_.base, reference);
    if (address.starts_with("data:")) {
      const std::uint64_t most =
          assembly_.purpose() == Purpose::replay ? kReplayResource * 4 / 3 : kDownloadTotal;
      const bool fits =
          address.size() <= most && data_url_suits(address, use) && assembly_.take(address.size());
      return fits ? Resource{address} : Resource{};
    }
    if (!address.empty()) part = assembly_.parts().find(address, scope_.part, false);
  }
  // Browsers refuse data: addresses in <use>.
  if (!part || use == Use::svg) return {};
  return assembly_.inlined(*part, use, split_fragment(address).fragment);
}

std::string SheetInliner::css_url(std::string_view url, Use use) {
  Resource found = resource_at(url, use);
  return found.held ? std::string() : std::move(found.address);
}

std::string SheetInliner::css_import(const Import& import) {
  const auto css = sheet(import.url, CssContext::flattened);
  return css ? wrapped_import(import, *css) : std::string();
}

std::optional<std::string> SheetInliner::sheet(std::string_view reference, CssContext context) {
  if (scope_.path.size() >= kDepth || !assembly_.take_expansion()) return std::nullopt;
  const PartRecord* part = nullptr;
  Scope scope = scope_;
  if (const auto n = part_number(reference)) {
    part = assembly_.parts().number(*n);
  } else {
    const std::string address = absolute(scope_.base, reference);
    if (const auto data = parse_data_url(address)) {
      scope.path.push_back(scope.part);
      return sheet_text(decode_sheet(data->bytes, data->media_type), std::move(scope), context);
    }
    if (!address.empty()) part = assembly_.parts().find(address, scope_.part, false);
  }
  if (!part || is_open(scope_, part->n)) return std::nullopt;
  const auto bytes = assembly_.read(*part);
  if (!bytes) return std::nullopt;
  if (!part->url.empty()) scope.base = scope.url = part->url;
  scope.part = part->n;
  scope.path.push_back(part->n);
  return sheet_text(decode_sheet(*bytes, part->media_type), std::move(scope), context);
}

std::optional<std::string> SheetInliner::sheet_text(std::string_view css, Scope scope, CssContext context) {
  if (!assembly_.take(css.size())) return std::nullopt;
  SheetInliner inner(assembly_, std::move(scope));
  return rewrite_css(css, context, inner);
}

Resource DocumentInliner::resource(std::string_view reference, Use use) {
  if (use == Use::icon && assembly_.purpose() == Purpose::replay) return {};
  return sheets_.resource_at(reference, use);
}

std::string DocumentInliner::link(std::string_view reference) {
  if (trimmed(reference).starts_with('#')) return cleaned_reference(reference);
  std::string address = absolute(scope_.base, reference);
  const Split split = split_fragment(address);
  // A link into the page itself works without the network.
  if (!split.fragment.empty() && split.address == split_fragment(scope_.url).address)
    return std::string(split.fragment);
  return may_be_linked(address) ? address : std::string();
}

Sheet DocumentInliner::linked_sheet(std::string_view reference, std::string_view) {
  auto css = sheets_.sheet(reference, CssContext::sheet);
  if (!css) return {};
  return {true, *std::move(css)};
}

const PartRecord* DocumentInliner::part_at(std::string_view reference, bool frames) const {
  if (const auto n = part_number(reference)) return assembly_.parts().number(*n);
  const std::string address = absolute(scope_.base, reference);
  return address.empty() ? nullptr : assembly_.parts().find(address, scope_.part, frames);
}

std::optional<std::string> DocumentInliner::frame_document(std::string_view src,
                                                           const std::optional<std::string>& srcdoc) {
  if (scope_.path.size() >= kDepth || !assembly_.take_expansion()) return std::nullopt;
  if (srcdoc) {
    if (!assembly_.take(srcdoc->size())) return std::nullopt;
    Scope inner = scope_;
    inner.url.clear();
    inner.path.push_back(inner.part);
    return written_document(assembly_, *srcdoc, Flavour::html, std::move(inner));
  }
  const PartRecord* part = part_at(src, true);
  if (!part) part = part_at(src, false);  // an image or a text in a frame
  if (!part || is_open(scope_, part->n) || !assembly_.take(part->size)) return std::nullopt;
  const auto bytes = assembly_.read(*part);
  return bytes ? shown_document(assembly_, *part, *bytes, &scope_) : std::nullopt;
}

// State in frames is restored, in replay, by the library page's agent, which sees to them itself.
bool DocumentInliner::needs_scripting(std::string_view document) const {
  return holds_canvas(document) || (assembly_.purpose() == Purpose::download && needs_restoring(document));
}

Frame DocumentInliner::frame(std::string_view src, const std::optional<std::string>& srcdoc,
                             bool in_frameset) {
  const std::string reference = cleaned_reference(src);
  if (!srcdoc && (reference.empty() || reference.starts_with("about:"))) return {};
  std::string document = frame_document(reference, srcdoc).value_or(std::string(kMissingFrame));
  // <frame> has no srcdoc.
  if (in_frameset) return {std::nullopt, write_document_url(document)};
  const bool scripting = needs_scripting(document);
  if (std::string address = quirky_address(document); !address.empty())
    return {std::nullopt, std::move(address), scripting};
  return {std::move(document), {}, scripting};
}

Embedded DocumentInliner::embedded(std::string_view reference) {
  const PartRecord* part = part_at(reference, true);
  if (!part) part = part_at(reference, false);
  if (!part) {
    const std::string address = absolute(scope_.base, reference);
    if (data_url_suits(address, Use::image))
      return {Embedded::Kind::image, sheets_.resource_at(address, Use::image).address, {}};
    return {};
  }
  const std::string type = essence(part->media_type);
  if (type.starts_with("image/")) {
    const auto bytes = is_svg_type(type) ? assembly_.read(*part) : std::nullopt;
    const bool unscaled = bytes && says_its_size(decode_stored(*bytes, part->media_type));
    return {Embedded::Kind::image, assembly_.inlined(*part, Use::image, {}).address, {}, false, unscaled};
  }
  if (!is_html_type(type) && !is_xhtml_type(type)) return {};
  auto document = frame_document(reference, std::nullopt);
  if (!document) return {};
  const bool scripting = needs_scripting(*document);
  if (std::string address = quirky_address(*document); !address.empty())
    return {Embedded::Kind::frame, std::move(address), {}, scripting};
  return {Embedded::Kind::frame, {}, *std::move(document), scripting};
}

std::optional<Sprite> DocumentInliner::sprite(std::string_view reference) {
  constexpr std::size_t kLargest = 256 << 10;  // of one drawing
  if (scope_.path.size() >= kDepth || !assembly_.take_expansion()) return std::nullopt;
  const PartRecord* part = part_at(reference, false);
  const std::string address =
      part_number(reference) ? cleaned_reference(reference) : absolute(scope_.base, reference);
  const std::string_view fragment = split_fragment(address).fragment;
  if (!part || fragment.size() < 2 || is_open(scope_, part->n)) return std::nullopt;
  const SpriteSheet* sheet = assembly_.sprites(*part);
  if (!sheet) return std::nullopt;
  const std::string prefix = "keepleaf-use-" + std::to_string(assembly_.next_number()) + "-";
  const SpriteSheet::Piece piece = sheet->piece(fragment.substr(1), prefix, kLargest);
  if (piece.markup.empty() || !assembly_.take(piece.markup.size())) return std::nullopt;
  Scope inner = scope_;
  if (!part->url.empty()) inner.base = inner.url = part->url;
  inner.part = part->n;
  inner.path.push_back(part->n);
  RewriteOptions options;
  options.flavour = Flavour::xml;
  options.fragment = true;
  DocumentInliner inliner(assembly_, std::move(inner));
  // Read as what stands in SVG; what refers to others needs a place that is laid out, which <use> is not.
  const std::string begin = piece.composed ? "<svg><defs>" : "<svg>";
  const std::string end = piece.composed ? "</defs></svg>" : "</svg>";
  std::string markup = rewrite_html(begin + piece.markup + end, options, inliner);
  if (!markup.starts_with(begin) || !markup.ends_with(end)) return std::nullopt;
  markup = markup.substr(5, markup.size() - 11);
  Sprite sprite{prefix + std::string(fragment.substr(1)), {}, {}};
  (piece.composed ? sprite.before : sprite.inside) = std::move(markup);
  return sprite;
}

std::optional<std::string> shown_document(Assembly& assembly, const PartRecord& part, BytesView bytes,
                                          const Scope* around) {
  Scope scope;
  if (around) scope = *around;
  scope.url = part.url;
  if (is_fetchable(part.url)) scope.base = part.url;
  scope.part = part.n;
  scope.path.push_back(part.n);
  std::string type = essence(part.media_type);
  if (type.empty()) type = looks_like_html(bytes) ? "text/html" : std::string(sniffed_type(bytes));
  if (is_html_type(type) || is_xhtml_type(type)) {
    const std::string html = decode_stored(bytes, part.media_type);
    return written_document(assembly, html, is_html_type(type) ? Flavour::html : Flavour::xml,
                            std::move(scope));
  }
  // As an image an SVG document runs no script and loads nothing.
  if (type.starts_with("image/"))
    return image_document(write_data_url(data_type(type, bytes, Use::image), bytes));
  if (type.starts_with("text/") || is_xml_type(type) || type == "application/json") {
    return "<!DOCTYPE html><meta charset=\"utf-8\"><pre style=\"white-space:pre-wrap\">" +
           escape_text(decode_stored(bytes, part.media_type)) + "</pre>";
  }
  return std::nullopt;
}

}  // namespace keepleaf::page
