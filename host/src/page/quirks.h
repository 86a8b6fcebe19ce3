// Which mode a browser shows a document in (HTML Standard 13.2.6.4.1).
#pragma once

#include <string_view>

namespace keepleaf::page {

// Whether the document is shown in quirks or limited-quirks mode: it has no doctype, or one that old pages
// have. In a srcdoc no document is.
bool is_quirky(std::string_view html);

}  // namespace keepleaf::page
