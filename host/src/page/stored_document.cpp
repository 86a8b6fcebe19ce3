#include "page/stored_document.h"

#include "page/address.h"
#include "page/chars.h"
#include "page/css_write.h"
#include "page/encoding.h"
#include "page/fetched_document.h"
#include "page/media_type.h"

namespace keepleaf::page {
namespace {

constexpr std::size_t kReferences = 20'000;  // limits.parts of docs/protocol.md
constexpr int kDepth = 8;                    // srcdoc in srcdoc

RewriteOptions stored_options(Flavour flavour) {
  RewriteOptions options;
  options.form = Form::stored;
  options.flavour = flavour;
  options.head = "<meta charset=\"utf-8\">";
  return options;
}

Flavour flavour_of(std::string_view content_type) {
  const std::string type = essence(content_type);
  return is_xhtml_type(type) || is_xml_type(type) ? Flavour::xml : Flavour::html;
}

}  // namespace

std::string StoredDocument::loaded(std::string_view reference, Use use) {
  if (trimmed(reference).empty()) return {};
  std::string address = absolute(base_, reference);
  if (place_ && !address.empty() && !starts_with_ignoring_case(address, "data:"))
    return (*place_)(address, role_of(use));
  if (is_fetchable(address)) {
    Reference found{std::string(split_fragment(address).address), std::string(role_of(use))};
    if (references_.size() < kReferences && seen_.emplace(found.url, role_of(use)).second) {
      references_.push_back(std::move(found));
    }
    return address;
  }
  return starts_with_ignoring_case(address, "data:") ? address : std::string();
}

std::string StoredDocument::css_url(std::string_view url, Use use) { return loaded(url, use); }

std::string StoredDocument::css_import(const Import& import) {
  const std::string address = loaded(import.url, Use::stylesheet);
  return address.empty() ? std::string() : written_import(import, address);
}

Resource StoredDocument::resource(std::string_view reference, Use use) { return {loaded(reference, use)}; }

std::string StoredDocument::link(std::string_view reference) {
  std::string address = absolute(link_base_.empty() ? base_ : link_base_, reference);
  return may_be_linked(address) ? address : std::string();
}

std::string StoredDocument::submit(std::string_view reference) { return link(reference); }

Sheet StoredDocument::linked_sheet(std::string_view reference, std::string_view) {
  return {false, loaded(reference, Use::stylesheet)};
}

Frame StoredDocument::frame(std::string_view src, const std::optional<std::string>& srcdoc, bool) {
  if (!srcdoc) {
    std::string address = loaded(src, Use::frame);
    // A document in an address is kept only as a document of its own.
    if (starts_with_ignoring_case(address, "data:"))
      address = place_ ? (*place_)(address, "frame") : std::string();
    return {std::nullopt, std::move(address)};
  }
  if (depth_ >= kDepth) return {};
  StoredDocument inner = place_
                             ? StoredDocument(document_base(*srcdoc, base_), link_base_, *place_, depth_ + 1)
                             : StoredDocument(document_base(*srcdoc, base_), depth_ + 1);
  std::string html = rewrite_html(*srcdoc, stored_options(Flavour::html), inner);
  for (Reference& found : inner.take_references()) {
    if (references_.size() < kReferences) references_.push_back(std::move(found));
  }
  return {std::move(html), {}};
}

Embedded StoredDocument::embedded(std::string_view reference) {
  std::string address = loaded(reference, Use::object);
  if (address.empty()) return {};
  return {Embedded::Kind::address, std::move(address), {}};
}

FetchedDocument prepare_fetched_document(BytesView bytes, std::string_view content_type,
                                         std::string_view final_url) {
  Decoded decoded = decode_document(bytes, content_type);
  StoredDocument visitor(document_base(decoded.text, final_url));
  return {rewrite_html(decoded.text, stored_options(flavour_of(content_type)), visitor),
          std::move(decoded.encoding)};
}

FetchedDocument prepare_saved_document(BytesView bytes, std::string_view content_type,
                                       std::string_view base_url, std::string_view link_base,
                                       const Place& place) {
  Decoded decoded = decode_document(bytes, content_type);
  StoredDocument visitor(document_base(decoded.text, base_url), document_base(decoded.text, link_base),
                         place);
  return {rewrite_html(decoded.text, stored_options(flavour_of(content_type)), visitor),
          std::move(decoded.encoding)};
}

std::string place_css(std::string_view css, std::string_view base_url, const Place& place) {
  StoredDocument visitor{std::string(base_url), std::string(), place};
  return rewrite_css(css, CssContext::sheet, visitor);
}

std::vector<Reference> html_references(std::string_view html, std::string_view base_url) {
  StoredDocument visitor(document_base(html, base_url));
  rewrite_html(html, stored_options(Flavour::html), visitor);
  return visitor.take_references();
}

std::vector<Reference> css_references(std::string_view css, std::string_view base_url) {
  StoredDocument visitor{std::string(base_url)};
  rewrite_css(css, CssContext::sheet, visitor);
  return visitor.take_references();
}

}  // namespace keepleaf::page
