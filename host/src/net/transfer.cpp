#include "net/transfer.h"

#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <utility>

namespace keepleaf::net {
namespace {

// A redirect's own body is of no use; up to here it is read so that the connection can be used again.
constexpr std::uint64_t kRedirectBody = 64ULL << 10;

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

std::string origin_of(const std::string& url) {
  const auto host = url.find("://");
  return host == std::string::npos ? std::string() : url.substr(0, url.find('/', host + 3));
}

// RFC 9110 section 10.2.3: seconds, or a date.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view value) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (error == std::errc() && end == value.data() + value.size() && seconds >= 0)
    return std::chrono::seconds(seconds);
  const std::time_t date = curl_getdate(std::string(value).c_str(), nullptr);
  if (date == -1) return std::nullopt;
  return std::chrono::seconds(std::max<std::int64_t>(0, date - std::time(nullptr)));
}

template <class Value>
bool set(CURL* easy, CURLoption option, Value value) {
  return curl_easy_setopt(easy, option, value) == CURLE_OK;
}

}  // namespace

Status Receiver::on_head(const Head&) { return {}; }

Transfer::Transfer(const FetcherOptions& options, Request request, std::unique_ptr<Receiver> receiver)
    : options_(options), request_(std::move(request)), receiver_(std::move(receiver)) {
  if (auto target = parse_target(request_.url))
    aim(std::move(*target));
  else
    error_ = std::move(target).error();
}

void Transfer::aim(Target target) {
  target_ = std::move(target);
  slot_ = target_.host + ':' + std::to_string(target_.port);
  head_.url = target_.with_fragment();
}

Status Transfer::prepare(CURLSH* share) {
  const auto now = Clock::now();
  if (!deadline_) deadline_ = now + request_.total_timeout;
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(*deadline_ - now).count();
  if (left <= 0) return fail(error_from(CURLE_OPERATION_TIMEDOUT));
  head_.status = 0;
  head_.content_type.clear();
  head_.content_disposition.clear();
  head_.retry_after.reset();
  head_.headers.clear();
  location_.clear();
  blocked_.reset();
  header_bytes_ = body_bytes_ = 0;
  head_complete_ = false;
  message_[0] = '\0';

  if (easy_ == nullptr) easy_.reset(curl_easy_init());
  CURL* const easy = easy_.get();
  if (easy == nullptr) return fail(ErrorCode::internal, "libcurl has no handle to give.");
  const bool as_browser = request_.browser.has_value();
  const std::string referer = as_browser ? std::string() : referer_for_target();
  const auto body_limit = static_cast<curl_off_t>(std::min<std::uint64_t>(request_.max_bytes, 1ULL << 62));
  const bool ready =
      prepare_headers() && prepare_method(easy) && set(easy, CURLOPT_URL, target_.url.c_str()) &&
      set(easy, CURLOPT_PROTOCOLS_STR, "http,https") && set(easy, CURLOPT_FOLLOWLOCATION, 0L) &&
      set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS)) &&
      set(easy, CURLOPT_PIPEWAIT, 1L) &&
      // All the encodings that this libcurl has.
      set(easy, CURLOPT_ACCEPT_ENCODING, "") && set(easy, CURLOPT_HTTPHEADER, headers_.get()) &&
      set(easy, CURLOPT_USERAGENT, as_browser ? nullptr : options_.user_agent.c_str()) &&
      set(easy, CURLOPT_REFERER, referer.empty() ? nullptr : referer.c_str()) &&
      // A proxy would resolve and connect where the policy can't see it.
      set(easy, CURLOPT_PROXY, "") && set(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED)) &&
      set(easy, CURLOPT_SSL_VERIFYPEER, 1L) && set(easy, CURLOPT_SSL_VERIFYHOST, 2L) &&
      set(easy, CURLOPT_SHARE, as_browser ? nullptr : share) &&
      set(easy, CURLOPT_COOKIEFILE, as_browser ? nullptr : "") &&
      set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout.count())) &&
      set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(left)) &&
      set(easy, CURLOPT_MAXFILESIZE_LARGE, body_limit) && set(easy, CURLOPT_BUFFERSIZE, 128L << 10) &&
      set(easy, CURLOPT_NOSIGNAL, 1L) &&
      // When a job is cancelled, a name that is still being looked up must not hold the process.
      set(easy, CURLOPT_QUICK_EXIT, 1L) && set(easy, CURLOPT_ERRORBUFFER, message_.data()) &&
      set(easy, CURLOPT_PRIVATE, static_cast<void*>(this)) &&
      set(easy, CURLOPT_HEADERFUNCTION, &Transfer::on_header) &&
      set(easy, CURLOPT_HEADERDATA, static_cast<void*>(this)) &&
      set(easy, CURLOPT_WRITEFUNCTION, &Transfer::on_data) &&
      set(easy, CURLOPT_WRITEDATA, static_cast<void*>(this)) &&
      set(easy, CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_open_socket) &&
      set(easy, CURLOPT_OPENSOCKETDATA, static_cast<void*>(this));
  if (!ready) return fail(ErrorCode::internal, "This libcurl lacks an option that Keepleaf relies on.");
  return {};
}

bool Transfer::prepare_headers() {
  HeaderList lines;
  if (request_.browser)
    lines = request_.browser->headers;
  else
    lines = {{"Accept", request_.accept}, {"Accept-Language", options_.accept_language}};
  headers_.reset();
  for (const auto& [name, value] : lines) {
    if ((name + value).find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) continue;
    // A header without a value is taken out by "Name:", and sent by "Name;".
    const std::string line = value.empty() ? name + ';' : name + ": " + value;
    curl_slist* const longer = curl_slist_append(headers_.get(), line.c_str());
    if (longer == nullptr) return false;
    (void)headers_.release();
    headers_.reset(longer);
  }
  return true;
}

bool Transfer::prepare_method(CURL* easy) {
  if (!request_.browser || request_.browser->method == "GET") return set(easy, CURLOPT_HTTPGET, 1L);
  const auto& [method, headers, body] = *request_.browser;
  if (method == "HEAD") return set(easy, CURLOPT_NOBODY, 1L);
  if (method == "OPTIONS") return set(easy, CURLOPT_CUSTOMREQUEST, "OPTIONS");
  const void* const bytes = body.empty() ? "" : static_cast<const void*>(body.data());
  return set(easy, CURLOPT_POST, 1L) && set(easy, CURLOPT_POSTFIELDS, bytes) &&
         set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
}

std::string Transfer::referer_for_target() const {
  if (request_.referer.empty()) return {};
  const auto from = parse_target(request_.referer);
  if (!from) return {};
  const std::string origin = origin_of(from->url);
  if (origin == origin_of(target_.url)) return from->url;
  if (from->url.rfind("https:", 0) == 0 && target_.url.rfind("http:", 0) == 0) return {};
  return origin + '/';
}

curl_socket_t Transfer::on_open_socket(void* self, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(self);
  const auto ip = IpAddress::from_sockaddr(address->addr);
  if (!ip) return CURL_SOCKET_BAD;
  if (!transfer.options_.policy.allows(transfer.target_.host, transfer.target_.port, *ip)) {
    transfer.blocked_ = *ip;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  return static_cast<Transfer*>(self)->take_header({data, size * count}) ? size * count : 0;
}

std::size_t Transfer::on_data(char* data, std::size_t size, std::size_t count, void* self) {
  const BytesView bytes = as_bytes({data, size * count});
  return static_cast<Transfer*>(self)->take_body(bytes) ? bytes.size() : 0;
}

bool Transfer::stop_with(Error error) {
  if (!error_) error_ = std::move(error);
  return false;
}

bool Transfer::take_header(std::string_view line) {
  header_bytes_ += line.size();
  if (header_bytes_ > options_.max_header_bytes)
    return stop_with({ErrorCode::too_large, "The headers of " + target_.host + " are larger than " +
                                                std::to_string(options_.max_header_bytes) + " bytes."});
  if (line.rfind("HTTP/", 0) == 0) {  // each response begins so, the interim ones (1xx) as well
    head_complete_ = false;
    head_.status = 0;
    head_.headers.clear();
    const auto space = line.find(' ');
    if (space != std::string_view::npos)
      std::from_chars(line.data() + space + 1, line.data() + line.size(), head_.status);
    return true;
  }
  if (head_complete_) return true;  // trailers
  if (trim(line).empty()) {
    head_complete_ = head_.status >= 200;
    return true;
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return true;
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trim(line.substr(colon + 1));
  if (request_.browser) head_.headers.emplace_back(name, value);
  if (equals_ignoring_case(name, "location") && location_.empty() && !request_.browser) location_ = value;
  if (equals_ignoring_case(name, "content-type")) head_.content_type = value;
  if (equals_ignoring_case(name, "content-disposition")) head_.content_disposition = value;
  if (equals_ignoring_case(name, "retry-after")) head_.retry_after = parse_retry_after(value);
  return true;
}

bool Transfer::redirecting() const {
  const int status = head_.status;
  return !location_.empty() &&
         (status == 301 || status == 302 || status == 303 || status == 307 || status == 308);
}

bool Transfer::tell_head() {
  if (std::exchange(head_told_, true)) return true;
  if (auto status = receiver_->on_head(head_); !status) return stop_with(std::move(status).error());
  return true;
}

bool Transfer::take_body(BytesView bytes) {
  body_bytes_ += bytes.size();
  if (redirecting()) return body_bytes_ <= kRedirectBody;
  if (body_bytes_ > request_.max_bytes) return stop_with(error_from(CURLE_FILESIZE_EXCEEDED));
  if (!tell_head()) return false;
  if (auto status = receiver_->on_body(bytes); !status) return stop_with(std::move(status).error());
  return true;
}

Transfer::Step Transfer::hop_ended(CURLcode code) {
  if (error_) return Step::finished;
  const bool cut_by_us = code == CURLE_WRITE_ERROR || code == CURLE_FILESIZE_EXCEEDED;
  if (head_complete_ && redirecting() && (code == CURLE_OK || cut_by_us)) {
    if (head_.redirects.size() >= options_.max_redirects) {
      error_ =
          Error{ErrorCode::http_status,
                target_.host + " redirected more than " + std::to_string(options_.max_redirects) + " times.",
                "", "Open the page in a browser; it may want cookies or a login."};
      return Step::finished;
    }
    auto next = redirect_target(target_, location_);
    if (!next) {
      error_ = std::move(next).error();
      error_->message = target_.host + " redirects to something that can't be followed. " + error_->message;
      return Step::finished;
    }
    head_.moved_for_good = head_.moved_for_good && (head_.status == 301 || head_.status == 308);
    aim(std::move(*next));
    head_.redirects.push_back(head_.url);
    return Step::again;
  }
  if (code != CURLE_OK) {
    error_ = error_from(code);
    return Step::finished;
  }
  if (head_.status == 0) error_ = error_from(CURLE_GOT_NOTHING);
  if (!error_) tell_head();  // there was no body
  return Step::finished;
}

Result<Head> Transfer::outcome() {
  if (error_) return fail(std::move(*error_));
  return std::move(head_);
}

Error Transfer::error_from(CURLcode code) const {
  const std::string detail = message_[0] != '\0' ? message_.data() : curl_easy_strerror(code);
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return {ErrorCode::timeout, slot_ + " did not answer in time.", "", "Try again later."};
    case CURLE_FILESIZE_EXCEEDED:
      return {ErrorCode::too_large,
              "What " + slot_ + " sent is larger than " + std::to_string(request_.max_bytes) + " bytes."};
    case CURLE_URL_MALFORMAT:
      return {ErrorCode::bad_request, "Not an address that can be fetched."};
    case CURLE_UNSUPPORTED_PROTOCOL:
      return {ErrorCode::unsupported, "Only http and https are fetched."};
    case CURLE_OUT_OF_MEMORY:
    case CURLE_FAILED_INIT:
      return {ErrorCode::internal, "libcurl: " + detail};
    default:
      break;
  }
  if (blocked_) {
    const std::string host = target_.host.find(':') == std::string::npos
                                 ? slot_
                                 : '[' + target_.host + "]:" + std::to_string(target_.port);
    return {ErrorCode::private_address,
            host + " is at " + blocked_->str() + ", which is not a public address.", "",
            "If you mean to fetch from there, allow it with --allow-host " + host + "."};
  }
  return {ErrorCode::network, "Could not fetch from " + slot_ + ": " + detail + ".", "", "Try again later."};
}

}  // namespace keepleaf::net
