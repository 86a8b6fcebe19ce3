#include "net/target.h"

#include <curl/curl.h>

#include <algorithm>
#include <memory>

namespace keepleaf::net {
namespace {

struct UrlDeleter {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using UrlHandle = std::unique_ptr<CURLU, UrlDeleter>;

std::string part(CURLU* url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, flags) != CURLUE_OK || text == nullptr) return {};
  std::string result(text);
  curl_free(text);
  return result;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

Result<Target> target_from(CURLU* url) {
  const std::string scheme = part(url, CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https")
    return fail(ErrorCode::unsupported,
                "Only http and https are fetched, not \"" + scheme.substr(0, 32) + "\".");
  Target target;
  target.fragment = part(url, CURLUPART_FRAGMENT);
  target.host = part(url, CURLUPART_HOST);
  if (target.host.size() >= 2 && target.host.front() == '[')
    target.host = target.host.substr(1, target.host.size() - 2);
  std::transform(target.host.begin(), target.host.end(), target.host.begin(), lower);
  const std::string port = part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  unsigned value = 0;
  for (const char digit : port) value = std::min(value * 10 + static_cast<unsigned>(digit - '0'), 65'536U);
  if (target.host.empty() || value == 0 || value > 65'535)
    return fail(ErrorCode::bad_request, "The URL has no usable host and port.");
  target.port = static_cast<std::uint16_t>(value);
  // Credentials in a URL are never sent: they would be in the library's records and in other sites' logs.
  for (const CURLUPart secret : {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS, CURLUPART_FRAGMENT})
    curl_url_set(url, secret, nullptr, 0);
  target.url = part(url, CURLUPART_URL);
  if (target.url.empty()) return fail(ErrorCode::bad_request, "The URL can't be written out.");
  return target;
}

Error not_a_url(CURLUcode code) {
  return Error{ErrorCode::bad_request,
               std::string("Not an address that can be fetched: ") + curl_url_strerror(code) + "."};
}

constexpr unsigned kSetFlags = CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE;

}  // namespace

Result<Target> parse_target(const std::string& url) {
  const UrlHandle handle(curl_url());
  if (handle == nullptr) return fail(ErrorCode::internal, "No memory for a URL.");
  if (const CURLUcode code = curl_url_set(handle.get(), CURLUPART_URL, url.c_str(), kSetFlags);
      code != CURLUE_OK)
    return fail(not_a_url(code));
  return target_from(handle.get());
}

Result<Target> redirect_target(const Target& from, const std::string& location) {
  const UrlHandle handle(curl_url());
  if (handle == nullptr) return fail(ErrorCode::internal, "No memory for a URL.");
  if (const CURLUcode code = curl_url_set(handle.get(), CURLUPART_URL, from.url.c_str(), 0);
      code != CURLUE_OK)
    return fail(not_a_url(code));
  // libcurl resolves what is set over a URL that is already there as a reference to it.
  if (const CURLUcode code = curl_url_set(handle.get(), CURLUPART_URL, location.c_str(), kSetFlags);
      code != CURLUE_OK)
    return fail(not_a_url(code));
  KL_ASSIGN(Target target, target_from(handle.get()));
  if (location.find('#') == std::string::npos) target.fragment = from.fragment;
  return target;
}

}  // namespace keepleaf::net
