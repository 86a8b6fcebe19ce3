// URLs: what identifies a link (canonical URL v1, docs/store-format.md "Identity"), and resolving references.
// Written on libcurl's URL parser and libidn2. Pure: no network, safe from any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/uuid.h"

namespace keepleaf::url {

inline constexpr std::size_t kMaxUrl = 64 * 1024;  // bytes (docs/protocol.md "Limits")

// A URL that a person may keep: http, https, or file. Errors: bad_request (not a URL, no host, unknown
// scheme), too_large (over 64 KiB).
struct Identity {
  std::string url;        // as given, trimmed, userinfo removed
  std::string canonical;  // what the id is computed from
  std::string host;       // ASCII, lower case, without port
  Uuid link_id;           // UUIDv8 of SHA-256("keepleaf link 1" ‖ canonical)
};
Result<Identity> identify(std::string_view url);

// Other spellings that are likely the same page: with and without www, trailing slash, http and https.
// Canonical forms.
std::vector<std::string> near_duplicates(std::string_view canonical);

// `reference` resolved against `base` (absolute) as browsers do it (URL Standard): fragment kept, userinfo
// removed, backslashes as slashes, tabs and line ends dropped, what may not stand in a URL escaped. Opaque
// references (data:, mailto:, about:, blob:, javascript:, keepleaf-part:) come back as they are, whatever
// their size; so does anything hierarchical of a scheme that is not the web's. Errors: bad_request (also: a
// relative reference against a base that is opaque), too_large (a hierarchical result over 64 KiB).
Result<std::string> resolve(std::string_view base, std::string_view reference);

// A host name or address as `Identity::host` spells it. Errors: bad_request.
Result<std::string> ascii_host(std::string_view host);

// The URL without its fragment.
std::string_view without_fragment(std::string_view url);

}  // namespace keepleaf::url
