// URLs: what identifies a link (canonical URL v1, docs/store-format.md "Identity"), and resolving references.
// Written on libcurl's URL parser and libidn2. Pure: no network, safe from any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/uuid.h"

namespace keepleaf::url {

// A URL that a person may keep: http, https, or file. Errors: bad_request (not a URL, no host, unknown scheme),
// too_large (over 64 KiB).
struct Identity {
  std::string url;        // as given, trimmed, userinfo removed
  std::string canonical;  // what the id is computed from
  std::string host;       // ASCII, lower case, without port
  Uuid link_id;           // UUIDv8 of SHA-256("keepleaf link 1" ‖ canonical)
};
Result<Identity> identify(std::string_view url);

// Other spellings that are likely the same page: with and without www, trailing slash, http and https. Canonical forms.
std::vector<std::string> near_duplicates(std::string_view canonical);

// `reference` resolved against `base` (absolute), fragment kept, userinfo removed. Errors: bad_request.
Result<std::string> resolve(std::string_view base, std::string_view reference);

// The URL without its fragment.
std::string_view without_fragment(std::string_view url);

}  // namespace keepleaf::url
