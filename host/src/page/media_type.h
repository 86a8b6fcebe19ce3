// Media types as servers give them, and what bytes really are.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"

namespace keepleaf::page {

// "Text/HTML; charset=x" -> "text/html". Empty for what is no media type.
std::string essence(std::string_view media_type);

// By the first bytes (WHATWG MIME Sniffing 6): images, audio, video, fonts, SVG, PDF. Empty when unknown.
std::string_view sniffed_type(BytesView bytes);

bool is_html_type(std::string_view essence);
bool is_xhtml_type(std::string_view essence);
bool is_svg_type(std::string_view essence);
bool is_xml_type(std::string_view essence);  // +xml too

// Whether bytes without a type begin as an HTML document does.
bool looks_like_html(BytesView bytes);

}  // namespace keepleaf::page
