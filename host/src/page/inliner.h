// The visitors that turn addresses into data: and frames into srcdoc.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "page/assembly.h"
#include "page/html_rewrite.h"

namespace keepleaf::page {

// A place that addresses are read from: a document or a sheet.
struct Scope {
  std::string url;   // its own, for links into itself; may be empty
  std::string base;  // what its references are resolved against
  std::uint32_t part = 0;
  bool objects = false;  // the document that it belongs to has <object>s or <embed>s
  std::vector<std::uint32_t>
      path;  // parts that are open around it, itself included: a circle is not followed
};

class SheetInliner : public CssVisitor {
 public:
  SheetInliner(Assembly& assembly, Scope scope) : assembly_(assembly), scope_(std::move(scope)) {}

  std::string css_url(std::string_view url, Use use) override;
  std::string css_import(const Import& import) override;
  bool replaces_objects() const override { return scope_.objects; }

  // A linked sheet's text, flattened; nothing when there are no bytes.
  std::optional<std::string> sheet(std::string_view reference, CssContext context);

  Resource resource_at(std::string_view reference, Use use);

 private:
  std::optional<std::string> sheet_text(std::string_view css, Scope scope, CssContext context);

  Assembly& assembly_;
  Scope scope_;
};

class DocumentInliner : public DocumentVisitor {
 public:
  DocumentInliner(Assembly& assembly, Scope scope)
      : assembly_(assembly), scope_(scope), sheets_(assembly, std::move(scope)) {}

  std::string css_url(std::string_view url, Use use) override { return sheets_.css_url(url, use); }
  std::string css_import(const Import& import) override { return sheets_.css_import(import); }
  bool replaces_objects() const override { return sheets_.replaces_objects(); }
  Resource resource(std::string_view reference, Use use) override;
  std::string link(std::string_view reference) override;
  std::string submit(std::string_view) override { return {}; }
  Sheet linked_sheet(std::string_view reference, std::string_view media) override;
  Frame frame(std::string_view src, const std::optional<std::string>& srcdoc, bool in_frameset) override;
  Embedded embedded(std::string_view reference) override;
  std::optional<Sprite> sprite(std::string_view reference) override;

 protected:
  const PartRecord* part_at(std::string_view reference, bool frames) const;
  std::optional<std::string> frame_document(std::string_view src, const std::optional<std::string>& srcdoc);
  bool needs_scripting(std::string_view document) const;

  Assembly& assembly_;
  Scope scope_;
  SheetInliner sheets_;
};

// Whether the document has elements that may show other documents or pictures in their place.
bool holds_objects(std::string_view html);

// A part that is shown in a browsing context, as an HTML document; nothing when it can't be shown or read.
// `around`: the scope of the document that holds the frame, nullptr for the page itself.
std::optional<std::string> shown_document(Assembly& assembly, const PartRecord& part, BytesView bytes,
                                          const Scope* around);

}  // namespace keepleaf::page
