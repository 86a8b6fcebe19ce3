#include "url/url.h"

#include <curl/urlapi.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "base/digest.h"
#include "base/unicode.h"
#include "url/escape.h"
#include "url/host.h"
#include "url/parse.h"

namespace keepleaf::url {
namespace {

// docs/store-format.md, "Tracking parameters, version 1".
constexpr std::array<std::string_view, 23> kTracking = {
    "fbclid", "gclid",   "gclsrc",      "dclid",      "gbraid",   "wbraid", "msclkid", "yclid",
    "twclid", "ttclid",  "igshid",      "igsh",       "mc_cid",   "mc_eid", "mkt_tok", "_hsenc",
    "_hsmi",  "vero_id", "oly_anon_id", "oly_enc_id", "wickedid", "s_cid",  "spm"};

bool is_tracking(std::string_view parameter) {
  const std::string_view name = parameter.substr(0, parameter.find('='));
  return name.starts_with("utm_") || std::find(kTracking.begin(), kTracking.end(), name) != kTracking.end();
}

// In canonical spelling, without tracking parameters; nothing when nothing is left.
std::optional<std::string> canonical_query(std::string_view query, bool remove_tracking) {
  std::string spelled;
  append_canonical(spelled, query, Component::query);
  if (remove_tracking) {
    std::string kept;
    bool first = true;
    for (std::size_t at = 0; at <= spelled.size();) {
      const std::size_t end = std::min(spelled.find('&', at), spelled.size());
      const std::string_view parameter = std::string_view(spelled).substr(at, end - at);
      if (!is_tracking(parameter)) {
        if (!first) kept += '&';
        kept += parameter;
        first = false;
      }
      at = end + 1;
    }
    spelled = std::move(kept);
  }
  if (spelled.empty()) return std::nullopt;
  return spelled;
}

std::optional<std::string> canonical_fragment(const std::optional<std::string>& fragment) {
  if (!fragment || !(fragment->starts_with('!') || fragment->starts_with('/'))) return std::nullopt;
  std::string spelled;
  append_canonical(spelled, *fragment, Component::fragment);
  return spelled;
}

// What is fetched is read by libcurl: a URL of which it would read another host or port must not get an
// identity.
Status agree_with_curl(const Parts& parts, const std::string& canonical) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> handle(curl_url(), &curl_url_cleanup);
  const auto read = [&](CURLUPart part) -> std::string {
    char* text = nullptr;
    if (curl_url_get(handle.get(), part, &text, CURLU_NO_DEFAULT_PORT) != CURLUE_OK || text == nullptr)
      return {};
    const std::unique_ptr<char, decltype(&curl_free)> owner(text, &curl_free);
    return text;
  };
  if (!handle) return fail(ErrorCode::internal, "There is no memory to read a URL.");
  const bool understood =
      curl_url_set(handle.get(), CURLUPART_URL, canonical.c_str(), CURLU_PATH_AS_IS) == CURLUE_OK;
  // curl may write an IPv6 address that holds an IPv4 one in the mixed form: same bytes, another spelling.
  const auto same_host = [&](const std::string& host) {
    const auto normalised = normalise_host(host);
    return normalised && *normalised == parts.host;
  };
  if (!understood || !same_host(read(CURLUPART_HOST)) || read(CURLUPART_PORT) != parts.port)
    return fail(ErrorCode::bad_request, "The URL can be read in two ways, so it is refused.");
  return {};
}

Result<std::string> given_without_userinfo(std::string given) {
  const Range authority = authority_of(given);
  const std::string_view text =
      std::string_view(given).substr(authority.begin, authority.end - authority.begin);
  if (const std::size_t at = text.rfind('@'); at != std::string_view::npos)
    given.erase(authority.begin, at + 1);
  return given;
}

// What is stored and shown is one line of printable text.
std::string with_controls_escaped(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (is_control(static_cast<unsigned char>(c)) && static_cast<unsigned char>(c) < 0x80) {
      append_encoded(out, std::string_view(&c, 1), Component::fragment);
    } else {
      out += c;
    }
  }
  return out;
}

Error too_large() {
  return Error{ErrorCode::too_large, "The URL is longer than 64 KiB.", "Nothing was kept.",
               "Shorten it: what comes after # or ? is often not needed."};
}

}  // namespace

Result<Identity> identify(std::string_view url) {
  if (url.size() > 4 * kMaxUrl) return fail(too_large());  // not even white space around it is that long
  const std::string text = cleaned(url);
  if (text.size() > kMaxUrl) return fail(too_large());
  if (text.empty()) return fail(ErrorCode::bad_request, "The URL is empty.");
  if (!is_valid_utf8(text)) return fail(ErrorCode::bad_request, "The URL is not UTF-8.");
  KL_ASSIGN(Parts parts, parse(text, nullptr));
  const bool web = parts.scheme == "http" || parts.scheme == "https";
  if (!web && parts.scheme != "file")
    return fail(ErrorCode::bad_request,
                "Pages with the scheme " + parts.scheme.substr(0, 32) + ": cannot be kept.", {},
                "http, https and file can.");
  if (!web && !parts.host.empty())
    return fail(ErrorCode::bad_request, "The file URL names another machine.", {}, "Write file:///path.");

  Parts canonical = parts;
  canonical.path.clear();
  append_canonical(canonical.path, parts.path, Component::path);
  if (parts.query) canonical.query = canonical_query(*parts.query, web);
  canonical.fragment = canonical_fragment(parts.fragment);

  Identity identity;
  identity.canonical = canonical.str();
  if (identity.canonical.size() > kMaxUrl) return fail(too_large());
  if (web) {
    KL_TRY(agree_with_curl(canonical, identity.canonical));
    KL_ASSIGN(identity.url, given_without_userinfo(text));
  } else {
    identity.url = text;
  }
  identity.url = with_controls_escaped(identity.url);
  if (identity.url.size() > kMaxUrl) return fail(too_large());
  identity.host = canonical.host;
  identity.link_id = Uuid::v8(Sha256().update("keepleaf link 1").update(identity.canonical).finish());
  return identity;
}

std::vector<std::string> near_duplicates(std::string_view canonical) {
  const auto parsed = parse(canonical, nullptr);
  if (!parsed || (parsed->scheme != "http" && parsed->scheme != "https")) return {};
  const Parts& own = *parsed;

  std::vector<std::string> schemes = {own.scheme};
  if (own.port.empty()) schemes.push_back(own.scheme == "http" ? "https" : "http");
  std::vector<std::string> hosts = {own.host};
  if (own.host.starts_with("www.") && own.host.find('.', 4) != std::string::npos) {
    hosts.push_back(own.host.substr(4));
  } else if (own.host.find('.') != std::string::npos && !is_ip_address(own.host)) {
    hosts.push_back("www." + own.host);
  }
  std::vector<std::string> paths = {own.path};
  if (own.path != "/") {
    paths.push_back(own.path.ends_with('/') ? own.path.substr(0, own.path.size() - 1) : own.path + "/");
  }

  std::vector<std::string> others;
  for (const std::string& scheme : schemes) {
    for (const std::string& host : hosts) {
      for (const std::string& path : paths) {
        Parts other = own;
        other.scheme = scheme;
        other.host = host;
        other.path = path;
        std::string text = other.str();
        if (text != canonical) others.push_back(std::move(text));
      }
    }
  }
  return others;
}

Result<std::string> resolve(std::string_view base, std::string_view reference) {
  const std::string text = cleaned(reference);
  const std::string_view scheme = scheme_of(text);
  const bool slashes = text.compare(std::min(scheme.size() + 1, text.size()), 2, "//") == 0;
  Result<Parts> parts = fail(ErrorCode::bad_request, {});
  if (!scheme.empty() && (slashes || !is_special(lower_ascii(scheme)))) {
    parts = parse(text, nullptr);  // absolute: the base does not matter
  } else {
    KL_ASSIGN(const Parts from, parse(cleaned(base), nullptr));
    parts = parse(text, &from);
  }
  if (!parts) return fail(std::move(parts).error());
  std::string resolved = parts->str();
  if (!parts->opaque && resolved.size() > kMaxUrl) return fail(too_large());
  return resolved;
}

Result<std::string> ascii_host(std::string_view host) { return normalise_host(host); }

std::string_view without_fragment(std::string_view url) { return url.substr(0, url.find('#')); }

}  // namespace keepleaf::url
