// Bytes to UTF-8, as the WHATWG Encoding Standard, the HTML Standard ("determining the character encoding")
// and CSS Syntax ("the input byte stream") say. What comes out is always valid UTF-8 without NUL and without
// a byte order mark.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace keepleaf::page {

// The standard's name for a label ("latin1" -> "windows-1252"), or nothing for labels that browsers do not
// know.
std::optional<std::string_view> encoding_name(std::string_view label);

// Bytes of a known encoding (a result of encoding_name). What is invalid becomes U+FFFD.
std::string decode(BytesView bytes, std::string_view encoding);

// The encoding that the beginning of a document names: by a byte order mark, an XML declaration, or <meta> in
// its first 1024 bytes.
std::optional<std::string_view> declared_encoding(std::string_view head);

struct Decoded {
  std::string text;
  std::string encoding;
};

// A document from the network: byte order mark, charset of the content type, <meta> in the first 1024 bytes;
// else UTF-8 when the bytes are UTF-8, else windows-1252.
Decoded decode_document(BytesView bytes, std::string_view content_type);

// A document from the store: UTF-8 when the bytes are, whatever <meta> claims; else as from the network.
std::string decode_stored(BytesView bytes, std::string_view content_type);

// A style sheet: byte order mark, charset of the content type, @charset, the encoding of the document
// (`environment`).
std::string decode_sheet(BytesView bytes, std::string_view content_type,
                         std::string_view environment = "UTF-8");

// Valid UTF-8: each maximal invalid part becomes one U+FFFD; NUL too.
std::string valid_utf8(std::string_view text);

// The value of `charset` in a content type, without quotes; empty when there is none.
std::string_view charset_parameter(std::string_view content_type);

}  // namespace keepleaf::page
