// Fetcher: requests over HTTP/1.1 and HTTP/2, for one job. The only user of libcurl's transfers in the host.
//
// What it holds: every hop of a redirect is a request of its own whose connection passes the AddressPolicy;
// http and https only; certificates are always checked; credentials in URLs are never sent; no proxy is used,
// not even one named by the environment (docs/decisions/no-proxies.md); cookies live as long as the fetcher;
// every size and time is bounded.
//
// Threads: a fetcher belongs to one thread, but for wake(). HostSlots may be shared between the fetchers of
// several.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "net/address_policy.h"
#include "net/host_slots.h"

namespace keepleaf::net {

inline constexpr std::uint32_t kRequestsPerHost = 6;  // what browsers allow themselves over HTTP/1.1

// "Mozilla/5.0 (compatible; Keepleaf/<version>)": servers give old markup to what doesn't begin with Mozilla.
std::string default_user_agent();

struct FetcherOptions {
  AddressPolicy policy;
  std::shared_ptr<HostSlots> slots;  // null: the fetcher's own, kRequestsPerHost each
  std::uint32_t parallel = 12;       // requests under way at once, over all hosts
  std::uint32_t max_redirects = 10;
  std::uint64_t max_header_bytes = 256ULL << 10;      // of one response
  std::chrono::milliseconds connect_timeout{10'000};  // resolving, connecting and the TLS handshake
  std::string user_agent = default_user_agent();
  std::string accept_language = "en, *;q=0.5";
};

using HeaderList = std::vector<std::pair<std::string, std::string>>;  // names as they were sent

// A request that a browser would have made itself: sent as it says, with the cookies that it names and no
// others. Redirects are not followed: the browser does.
struct BrowserRequest {
  std::string method = "GET";  // GET, HEAD, POST or OPTIONS
  HeaderList headers;  // all but Host, Accept-Encoding, Connection and lengths, which are the fetcher's
  Bytes body;          // of a POST
};

struct Request {
  std::string url;  // absolute
  std::string
      referer;  // the page that asks, absolute; shortened to its origin across sites. Empty: none is sent
  std::string accept = "*/*";
  std::uint64_t max_bytes = 64ULL << 20;            // of the body, after gzip, br and zstd were undone
  std::chrono::milliseconds total_timeout{60'000};  // all hops together, from when the first one begins
  std::optional<BrowserRequest> browser{};  // in place of `referer`, `accept` and what FetcherOptions says
};

// What a response says of itself. An HTTP error status is a response like any other.
struct Head {
  std::string url;  // that answered, fragment included, without userinfo
  std::vector<std::string>
      redirects;               // the URLs after the first, in order, `url` last; empty without redirects
  bool moved_for_good = true;  // each of them was 301 or 308
  int status = 0;
  std::string content_type;                         // as sent
  std::string content_disposition;                  // as sent
  std::optional<std::chrono::seconds> retry_after;  // of 429 and 503, whichever form it has
  HeaderList headers;                               // all of them, for a BrowserRequest only
};

// Takes one response, on the thread that runs the fetcher. Calls may start further requests.
class Receiver {
 public:
  virtual ~Receiver() = default;
  // Before the body, of the response that is no redirect. An error ends the request with it.
  virtual Status on_head(const Head& head);
  // The body, decoded, piece by piece. An error ends the request with it.
  virtual Status on_body(BytesView bytes) = 0;
  // Exactly once, last. Errors: network, timeout, too_large, private_address, unsupported (scheme),
  // bad_request (URL), http_status (too many redirects), cancelled, and what on_head and on_body returned.
  virtual void on_end(Result<Head> head) = 0;
};

struct Fetched {
  Head head;
  Bytes body;
};

class Transfer;

class Fetcher {
 public:
  explicit Fetcher(FetcherOptions options);
  ~Fetcher();  // forgets what is under way, without on_end
  Fetcher(const Fetcher&) = delete;
  Fetcher& operator=(const Fetcher&) = delete;

  // Queues a request. Nothing is sent before run().
  void start(Request request, std::unique_ptr<Receiver> receiver);

  // Works until nothing is left to do. When `stop` is requested, all that is left ends with cancelled; at
  // `deadline`, with timeout. Errors: cancelled; internal (libcurl could not be set up).
  Status run(std::stop_token stop,
             std::optional<std::chrono::steady_clock::time_point> deadline = std::nullopt);

  // Works until `step` says false, which is asked at once, after every turn and after each wake(); requests
  // may be started from there. What is under way then goes on when a run follows. False: the deadline passed
  // before. Errors: those of run().
  Result<bool> run_while(const std::function<bool()>& step, std::stop_token stop,
                         std::chrono::steady_clock::time_point deadline);
  // From any thread: run_while() looks up.
  void wake();

  // One request, its body in memory. Not while another one is under way.
  Result<Fetched> fetch(Request request, std::stop_token stop);

 private:
  struct Session;
  Status ready();
  void turn(std::chrono::milliseconds wait);
  void start_queued();
  void take_finished();
  void advance(Transfer& transfer, int curl_code);
  void end(Transfer& transfer, Result<Head> head);
  void end_all(const Error& error);

  const FetcherOptions options_;
  std::unique_ptr<Session> session_;
  std::deque<std::unique_ptr<Transfer>> queued_;
  std::vector<std::unique_ptr<Transfer>> active_;
  std::uint64_t listener_ = 0;
};

}  // namespace keepleaf::net
