// A page that was fetched as bytes, brought into the form in which captured documents are stored.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace keepleaf::page {

struct FetchedDocument {
  std::string html;      // UTF-8; store it with kStoredDocumentType
  std::string encoding;  // what the bytes were in, by its WHATWG name
};

// Stored documents are UTF-8 whatever their text claims; this type says so.
inline constexpr std::string_view kStoredDocumentType = "text/html; charset=utf-8";

// Decodes as browsers do (byte order mark, `content_type`, <meta>), makes every address absolute against
// `final_url` and <base>, removes scripts, event handlers, refreshes, policies and hints, shows <noscript>
// and what lazy loaders would load. Never fails: any bytes are some document.
FetchedDocument prepare_fetched_document(BytesView bytes, std::string_view content_type,
                                         std::string_view final_url);

// Says what is stored in place of an address (absolute, with its fragment; data: only of a frame) that a
// document or sheet loads as `role`: an address, "keepleaf-part:N", or nothing, and then nothing is shown.
// Asked in document order.
using Place = std::function<std::string(const std::string& address, std::string_view role)>;

// The same for a page out of an archive, where addresses may name files of the archive: they are resolved
// against `base_url` and given to `place`; those that people follow against `link_base`.
FetchedDocument prepare_saved_document(BytesView bytes, std::string_view content_type,
                                       std::string_view base_url, std::string_view link_base,
                                       const Place& place);
// A style sheet (UTF-8) with its addresses replaced so.
std::string place_css(std::string_view css, std::string_view base_url, const Place& place);

}  // namespace keepleaf::page
