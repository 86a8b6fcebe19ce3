// What a document or a style sheet loads by itself: what a plain fetch has to gather to make the page whole.
// Pure: no network. Input is UTF-8 (decode first: page/encoding.h). The same rules decide what replay
// inlines, so that whatever is listed here, once it is a part, is shown.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace keepleaf::page {

struct Reference {
  std::string url;  // absolute http, https, ftp or file address, without fragment
  std::string
      role;  // a part role of docs/protocol.md: stylesheet image font audio video icon frame object text

  bool operator==(const Reference&) const = default;
};

// In document order, each (url, role) once; at most 20,000. Includes what lazy loaders and <noscript> would
// show, sheets' imports and images of <style> and style attributes; every candidate of a srcset.
std::vector<Reference> html_references(std::string_view html, std::string_view base_url);

// The same for one style sheet: imports, fonts, images. `base_url` is the sheet's own address.
std::vector<Reference> css_references(std::string_view css, std::string_view base_url);

}  // namespace keepleaf::page
