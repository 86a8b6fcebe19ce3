// data: addresses (RFC 2397, WHATWG Fetch 6).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "page/css_rewrite.h"

namespace keepleaf::page {

struct DataUrl {
  std::string media_type;  // as written, "text/plain" when absent
  Bytes bytes;
};

// Nothing for what is no data: address or has broken base64.
std::optional<DataUrl> parse_data_url(std::string_view url);

std::string write_data_url(std::string_view media_type, BytesView bytes);

// A document for a frame's src: as text, so that what nests grows little, and a reader finds our marks in it.
std::string write_document_url(std::string_view html);

// The type to write for bytes used as `use`: the given one when it suits, else what the bytes look like, else
// one that nothing is run or shown as. Never a type of documents.
std::string data_type(std::string_view media_type, BytesView bytes, Use use);

// Whether a data: address that a page brought may stay where it is used so.
bool data_url_suits(std::string_view url, Use use);

}  // namespace keepleaf::page
