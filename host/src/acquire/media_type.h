// What a response is: its Content-Type where that can be believed, else its first bytes. A subset of the
// WHATWG MIME Sniffing Standard, sections 6.1, 7.1 and 7.2: enough to tell a page from what is kept as its
// bytes.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"

namespace keepleaf::acquire {

inline constexpr std::size_t kSniffBytes = 1445;  // the standard's "resource header"

// The type and subtype alone, lower case, without parameters; empty when there is none.
std::string essence(std::string_view content_type);

// `content_type` as sent when it names a type; else what `start` (the first kSniffBytes or all there is)
// looks like: text/html, text/xml, application/pdf, image types, text/plain or application/octet-stream.
std::string media_type_of(std::string_view content_type, BytesView start);

// text/html and application/xhtml+xml: what is brought into the form of a captured document.
bool is_html(std::string_view media_type);

// False for types that browsers refuse to use as a style sheet (HTML Standard, "no-quirks" documents): error
// pages that are sent with status 200.
bool may_be_stylesheet(std::string_view media_type);

}  // namespace keepleaf::acquire
