// A page that was fetched as bytes, brought into the form in which captured documents are stored.
#pragma once

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

}  // namespace keepleaf::page
