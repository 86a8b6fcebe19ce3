// Character references and escaping.
#pragma once

#include <string>
#include <string_view>

#include "page/html_tokens.h"

namespace keepleaf::page {

enum class ReferenceContext : unsigned char { text, attribute };

// Resolves character references (HTML Standard 13.2.5.72 on); all 2231 names.
std::string decode_references(std::string_view text, ReferenceContext context);

// The value of a tag's attribute, references resolved; empty when it has none of that (lower-case) name.
std::string attribute_text(const Token& token, std::string_view name);

// For text between tags: & and <.
std::string escape_text(std::string_view text);

// For a value between double quotes. The value is plain text, no references.
std::string escape_attribute(std::string_view value);

// What was written between quotes or without, made safe between double quotes; references stay as they are.
std::string requote_attribute(std::string_view written);

// `written` text with its references, without "<": nothing in it can begin markup wherever it is put.
std::string without_markup(std::string_view written);

}  // namespace keepleaf::page
