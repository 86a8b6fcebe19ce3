// Percent-encoding, in the two ways that URLs need it: as browsers do when they read a URL (URL Standard,
// "percent-encode sets"), and to the one spelling that identifies (RFC 3986 section 6.2.2). For this module
// only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace keepleaf::url {

enum class Component : std::uint8_t { path, query, fragment };

// Appends `text` as a browser would write it into that component of an http, https or file URL: existing
// escapes stay.
void append_encoded(std::string& out, std::string_view text, Component component);

// Appends `text` in its one spelling: unreserved characters plain, everything that RFC 3986 does not allow
// there escaped, escapes in upper case, a % that begins no escape as %25.
void append_canonical(std::string& out, std::string_view text, Component component);

// Every %XX replaced by its byte.
std::string percent_decode(std::string_view text);

}  // namespace keepleaf::url
