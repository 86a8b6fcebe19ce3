// The visitor that brings a fetched document into the form of captured ones, and lists what it loads.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "page/fetched_document.h"
#include "page/html_rewrite.h"
#include "page/references.h"

namespace keepleaf::page {

class StoredDocument : public DocumentVisitor {
 public:
  explicit StoredDocument(std::string base, int depth = 0) : base_(std::move(base)), depth_(depth) {}
  // Out of an archive: `place` says what is stored, links are resolved against `link_base`. It must outlive
  // the visitor.
  StoredDocument(std::string base, std::string link_base, const Place& place, int depth = 0)
      : base_(std::move(base)), link_base_(std::move(link_base)), place_(&place), depth_(depth) {}

  std::string css_url(std::string_view url, Use use) override;
  std::string css_import(const Import& import) override;
  Resource resource(std::string_view reference, Use use) override;
  std::string link(std::string_view reference) override;
  std::string submit(std::string_view reference) override;
  Sheet linked_sheet(std::string_view reference, std::string_view media) override;
  Frame frame(std::string_view src, const std::optional<std::string>& srcdoc, bool in_frameset) override;
  Embedded embedded(std::string_view reference) override;

  std::vector<Reference> take_references() { return std::move(references_); }

 private:
  std::string loaded(std::string_view reference, Use use);

  std::string base_;
  std::string link_base_;         // empty: base_
  const Place* place_ = nullptr;  // null: addresses are stored as they are
  int depth_;
  std::vector<Reference> references_;
  std::set<std::pair<std::string, std::string_view>> seen_;
};

}  // namespace keepleaf::page
