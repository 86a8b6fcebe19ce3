// A URL taken apart as browsers do it (URL Standard, "basic URL parser"), so that what a page refers to and
// what was fetched for it get the same name. For this module only; the public door is url.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace keepleaf::url {

struct Parts {
  std::string scheme;   // lower case
  bool opaque = false;  // data:, mailto:, about:, …: everything behind the colon is `path`, as it stands
  bool has_authority = false;        // there is a `//`
  std::string host;                  // normalised for http, https, ws, wss, ftp and file; else as it stands
  std::string port;                  // decimal; empty when absent or the scheme's default
  std::string path;                  // begins with / unless opaque or empty
  std::optional<std::string> query;  // without ?
  std::optional<std::string> fragment;  // without #

  std::string str() const;
};

// http, https, ws, wss, ftp, file: hierarchical, and backslashes are slashes.
bool is_special(std::string_view scheme);

// White space and control characters cut from both ends, tabs and line ends from within.
std::string cleaned(std::string_view text);

std::string lower_ascii(std::string_view text);

// The scheme (any case, without colon) that `text` begins with, or nothing.
std::string_view scheme_of(std::string_view text);

// Where the authority lies in a cleaned absolute URL of a special scheme other than file: [begin, end).
struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
};
Range authority_of(std::string_view cleaned_url);

// `text` must have been cleaned. `base` may be null: then only absolute URLs are understood. Userinfo is
// dropped. Errors: bad_request.
Result<Parts> parse(std::string_view text, const Parts* base);

}  // namespace keepleaf::url
