#include "acquire/browser/traffic.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "acquire/media_type.h"
#include "acquire/part_status.h"
#include "base/base64.h"
#include "url/url.h"

namespace keepleaf::acquire {
namespace {

constexpr std::uint32_t kRequests = 5'000;      // of one page
constexpr std::size_t kNavigations = 24;        // redirects included
constexpr std::uint64_t kPost = 1ULL << 20;     // bytes of a script's POST
constexpr std::uint64_t kPlayed = 16ULL << 20;  // of a sound or film that the page gets to play
constexpr std::uint64_t kHeld = 256ULL << 20;   // of all answers together

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

const std::string* header(const net::HeaderList& headers, std::string_view name) {
  for (const auto& [key, value] : headers)
    if (lower(key) == name) return &value;
  return nullptr;
}

// What a browser makes a document of that the capture scripts can read.
bool is_browsable(const std::string& media_type) {
  return is_html(media_type) || essence(media_type) == "image/svg+xml";
}

// "bytes=FROM-[TO]" (RFC 9110, section 14.1.2) of so many bytes: offset and size; the forms that players use.
std::optional<std::pair<std::size_t, std::size_t>> range_of(std::string_view text, std::size_t size) {
  if (!text.starts_with("bytes=")) return std::nullopt;
  text.remove_prefix(6);
  std::size_t from = 0;
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), from);
  if (bad != std::errc() || from >= size) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (text.empty() || text.front() != '-') return std::nullopt;
  text.remove_prefix(1);
  std::size_t to = size - 1;
  if (!text.empty() && std::from_chars(text.data(), text.data() + text.size(), to).ec != std::errc())
    return std::nullopt;
  if (to < from) return std::nullopt;
  return std::pair{from, std::min(to, size - 1) - from + 1};
}

// Holds a whole answer.
class Answer final : public net::Receiver {
 public:
  explicit Answer(std::function<void(Result<net::Head>, Bytes)> done) : done_(std::move(done)) {}
  Status on_body(BytesView bytes) override {
    body_.insert(body_.end(), bytes.begin(), bytes.end());
    return {};
  }
  void on_end(Result<net::Head> head) override { done_(std::move(head), std::move(body_)); }

 private:
  const std::function<void(Result<net::Head>, Bytes)> done_;
  Bytes body_;
};

// The page's own document: held when it is one, passed on into the capture when it is a film of two
// gigabytes. A redirect is an answer like any other.
class PageAnswer final : public net::Receiver {
 public:
  PageAnswer(std::unique_ptr<Body> body, std::function<void(net::Head)> redirected)
      : body_(std::move(body)), redirected_(std::move(redirected)) {}
  Status on_head(const net::Head& head) override {
    redirecting_ = is_redirect(head.status) && header(head.headers, "location") != nullptr;
    return redirecting_ ? Status{} : body_->on_head(head);
  }
  Status on_body(BytesView bytes) override { return redirecting_ ? Status{} : body_->on_body(bytes); }
  void on_end(Result<net::Head> head) override {
    if (redirecting_ && head)
      redirected_(std::move(*head));
    else
      body_->on_end(std::move(head));
  }

 private:
  const std::unique_ptr<Body> body_;
  const std::function<void(net::Head)> redirected_;
  bool redirecting_ = false;
};

const char* reason_for(const Error& error) {
  switch (error.code) {
    case ErrorCode::timeout:
      return "TimedOut";
    case ErrorCode::private_address:
      return "BlockedByClient";
    case ErrorCode::cancelled:
      return "Aborted";
    default:
      return "ConnectionFailed";
  }
}

}  // namespace

Traffic::Traffic(net::Fetcher& fetcher, Shared& shared, const Limits& limits, std::string accept_language,
                 Call call)
    : fetcher_(fetcher),
      shared_(shared),
      limits_(limits),
      accept_language_(std::move(accept_language)),
      call_(std::move(call)),
      answers_(kHeld) {}

void Traffic::paused(const Json& event, const std::string& session) {
  const auto found = event.find("request");
  if (found == event.end() || !found->is_object()) return;
  const Json& request = *found;
  Paused paused{event.value("requestId", ""),
                session,
                request.value("url", ""),
                event.value("resourceType", ""),
                request.value("method", ""),
                {},
                std::nullopt};
  ++under_way_;
  const bool is_page = paused.type == "Document" && event.value("frameId", "") == page_frame_;
  const Json headers = request.value("headers", Json::object());
  for (const auto& [name, value] : headers.items())
    if (value.is_string() && lower(name) == "range") paused.range = value.get<std::string>();
  if (is_page && (frozen_ || documents_.size() >= kNavigations)) return refuse(paused, "Aborted");
  if (is_page) {
    paused.document = documents_.size();
    documents_.push_back({paused.url, std::nullopt, false});
  }
  if (const char* const reason = refusal(request, paused)) {
    if (paused.document)
      documents_[*paused.document].received =
          Received{fail(ErrorCode::unsupported, "The page leads to something that is not fetched."), 0, {}};
    return refuse(paused, reason);
  }
  ask(request, std::move(paused));
}

// Why a request is not passed on, in the words of Network.ErrorReason; null: it is.
const char* Traffic::refusal(const Json& request, const Paused& paused) const {
  if (requests_ >= kRequests) return "BlockedByClient";
  if (!paused.url.starts_with("http://") && !paused.url.starts_with("https://")) return "BlockedByClient";
  if (is_one_of(paused.type,
                {"Ping", "CSPViolationReport", "EventSource", "WebSocket", "SignedExchange", "FedCM"}))
    return "BlockedByClient";
  if (!is_one_of(paused.method, {"GET", "HEAD", "OPTIONS", "POST"})) return "BlockedByClient";
  if (paused.method == "POST" && !is_one_of(paused.type, {"XHR", "Fetch"})) return "BlockedByClient";
  const Json headers = request.value("headers", Json::object());
  for (const auto& [name, value] : headers.items()) {
    const std::string key = lower(name);
    const std::string text = value.is_string() ? lower(value.get_ref<const std::string&>()) : std::string();
    if (key == "accept" && text == "text/event-stream") return "BlockedByClient";
    if ((key == "purpose" || key == "sec-purpose") && text.starts_with("prefetch")) return "BlockedByClient";
  }
  return nullptr;
}

// What the page got already, where asking once more would bring the same.
const Answered* Traffic::answer_again(const Paused& paused) const {
  if (paused.method != "GET" || !is_one_of(paused.type, {"Image", "Stylesheet", "Script", "Font", "Media"}))
    return nullptr;
  const auto known = answers_.find(paused.url);
  if (known.answer == nullptr || !known.answer->bytes || known.url != url::without_fragment(paused.url))
    return nullptr;
  const std::string* const cache = header(known.answer->headers, "cache-control");
  const bool varies = header(known.answer->headers, "vary") != nullptr;
  const bool is_new_each_time = cache != nullptr && lower(*cache).find("no-store") != std::string::npos;
  return varies || is_new_each_time || header(known.answer->headers, "set-cookie") != nullptr ? nullptr
                                                                                              : known.answer;
}

void Traffic::ask(const Json& request, Paused paused) {
  ++requests_;
  const bool is_media = paused.type == "Media";
  if (const Answered* const known = answer_again(paused))
    return fulfil(paused, known->status, known->headers, *known->bytes);
  net::BrowserRequest as_browser;
  as_browser.method = paused.method;
  bool speaks = false;
  const Json headers = request.value("headers", Json::object());
  for (const auto& [name, value] : headers.items()) {
    const std::string key = lower(name);
    if (!value.is_string() || is_one_of(key, {"host", "connection", "content-length", "accept-encoding",
                                              "transfer-encoding", "expect", "proxy-connection"}))
      continue;
    if (key == "range") continue;  // whole, or not at all: it is to be kept
    if (key == "accept-language") speaks = true;
    as_browser.headers.emplace_back(name, value.get<std::string>());
  }
  if (!speaks) as_browser.headers.emplace_back("Accept-Language", accept_language_);
  for (const auto& entry : request.value("postDataEntries", Json::array())) {
    Bytes piece;
    if (base64_decode(entry.value("bytes", ""), piece))
      as_browser.body.insert(as_browser.body.end(), piece.begin(), piece.end());
  }
  if (as_browser.body.size() > kPost || (request.value("hasPostData", false) && as_browser.body.empty()))
    return refuse(paused, "BlockedByClient");

  net::Request out;
  out.url = paused.url;
  out.browser = std::move(as_browser);
  out.max_bytes = is_media ? std::min(kPlayed, limits_.media) : limits_.resource;
  out.total_timeout = limits_.resource_time;
  if (!paused.document) {
    fetcher_.start(std::move(out),
                   std::make_unique<Answer>([this, paused](Result<net::Head> head, Bytes body) {
                     answered(paused, head, std::move(body));
                   }));
    return;
  }
  out.max_bytes = limits_.part;
  out.total_timeout = limits_.page_time;
  auto body = std::make_unique<Body>(shared_, is_browsable, limits_.document,
                                     [this, paused](Received got) { page_answered(paused, std::move(got)); });
  const auto redirected = [this, paused](net::Head head) { answered(paused, std::move(head), {}); };
  fetcher_.start(std::move(out), std::make_unique<PageAnswer>(std::move(body), redirected));
}

void Traffic::answered(const Paused& paused, const Result<net::Head>& head, Bytes body) {
  Answered note;
  if (!head) {
    note.failure = part_status(head.error(), 0);
    if (paused.method == "GET") answers_.note(paused.url, std::move(note));
    return refuse(paused, reason_for(head.error()));
  }
  note.status = head->status;
  note.media_type = media_type_of(head->content_type, body);
  const std::string* const location = header(head->headers, "location");
  if (is_redirect(head->status) && location != nullptr) {
    if (auto target = url::resolve(paused.url, *location)) note.redirect = std::move(*target);
    if (paused.document)
      documents_[*paused.document].moved_for_good = head->status == 301 || head->status == 308;
  } else if (head->status < 200 || head->status >= 300) {
    note.failure = "http_" + std::to_string(head->status);
  }
  fulfil(paused, head->status, head->headers, body);
  if (paused.method != "GET" || head->status == 206) return;
  note.headers = head->headers;
  if (note.redirect.empty() && note.failure.empty())
    note.bytes = std::make_shared<const Bytes>(std::move(body));
  answers_.note(paused.url, std::move(note));
}

void Traffic::page_answered(const Paused& paused, Received received) {
  Document& document = documents_[*paused.document];
  const bool has_page = received.response && is_browsable(received.response->media_type);
  if (has_page) {
    document.is_page = true;
    const Response& response = *received.response;
    fulfil(paused, response.head.status, response.head.headers, response.bytes);
    received.response->bytes = Bytes();  // the browser's copy is the one that counts
  } else {
    refuse(paused, "Aborted");
  }
  document.received = std::move(received);
}

void Traffic::fulfil(const Paused& paused, int status, const net::HeaderList& headers, BytesView body) {
  Json list = Json::array();
  for (const auto& [name, value] : headers) {
    // The body is decoded already; the rest is about connections and reports.
    if (is_one_of(lower(name), {"content-encoding", "content-length", "transfer-encoding", "connection",
                                "keep-alive", "alt-svc", "strict-transport-security", "report-to",
                                "reporting-endpoints", "nel", "service-worker-allowed"}))
      continue;
    list.push_back({{"name", name}, {"value", value}});
  }
  // A player asks for pieces of what was fetched whole.
  if (const auto range = status == 200 ? range_of(paused.range, body.size()) : std::nullopt) {
    const auto [from, size] = *range;
    list.push_back({{"name", "Content-Range"},
                    {"value", "bytes " + std::to_string(from) + '-' + std::to_string(from + size - 1) + '/' +
                                  std::to_string(body.size())}});
    body = body.subspan(from, size);
    status = 206;
  }
  call_("Fetch.fulfillRequest",
        {{"requestId", paused.id},
         {"responseCode", std::max(status, 200)},
         {"responseHeaders", std::move(list)},
         {"body", base64_encode(body)}},
        paused.session);
  done();
}

void Traffic::refuse(const Paused& paused, const char* reason) {
  call_("Fetch.failRequest", {{"requestId", paused.id}, {"errorReason", reason}}, paused.session);
  done();
}

void Traffic::done() {
  --under_way_;
  quiet_since_ = std::chrono::steady_clock::now();
}

}  // namespace keepleaf::acquire
