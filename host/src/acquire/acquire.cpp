#include "acquire/acquire.h"

#include <algorithm>
#include <utility>

#include "acquire/body.h"
#include "acquire/gatherer.h"
#include "acquire/head_scan.h"
#include "acquire/media_type.h"
#include "acquire/object_writer.h"
#include "acquire/run.h"
#include "net/target.h"
#include "page/document.h"
#include "page/encoding.h"
#include "page/fetched_document.h"
#include "url/url.h"

namespace keepleaf::acquire {
namespace {

constexpr std::uint32_t kFetchedPage = 100;  // per mille of the progress that the page itself is worth
constexpr std::uint32_t kFetchedAll = 950;
constexpr const char* kAcceptPage = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

// One page on its way from an address into the sink.
class PageFetch {
 public:
  PageFetch(const std::string& url, capture::CaptureSink& sink, const Options& options,
            net::AddressPolicy policy, std::stop_token stop)
      : url_(url),
        sink_(sink),
        options_(options),
        stop_(std::move(stop)),
        deadline_(std::chrono::steady_clock::now() + options.limits.total_time),
        writer_(sink, options.id),
        shared_{writer_, options.limits.capture, std::nullopt, [this] { broken_.request_stop(); }},
        fetcher_(fetcher_options(options, std::move(policy))) {}

  Outcome run() {
    auto committed = begin_and_fetch();
    // Nothing of a page that failed is of use to the next try: the page itself comes first.
    if (!committed && begun_) (void)sink_.abort(options_.id);
    return outcome_of(std::move(committed), {url_, status_, retry_after_}, stop_);
  }

 private:
  static net::FetcherOptions fetcher_options(const Options& options, net::AddressPolicy policy) {
    net::FetcherOptions result;
    result.policy = std::move(policy);
    result.slots = options.slots;
    return result;
  }

  Result<capture::Committed> begin_and_fetch() {
    KL_ASSIGN(const net::Target target, net::parse_target(url_));
    KL_ASSIGN(const auto committed, begin_anew(sink_, options_.id, target.with_fragment()));
    if (committed) return *committed;
    begun_ = true;
    page_.url = target.with_fragment();
    page_.engine = capture::Engine::fetch;
    page_.moved_for_good = true;
    KL_ASSIGN(Response response, fetch_document(page_.url));
    KL_TRY(follow_refresh(response));
    page_.taken_at = (options_.clock != nullptr ? *options_.clock : system_clock()).now();
    progress_.reach(kFetchedPage);
    KL_ASSIGN(std::vector<capture::Part> parts, keep(std::move(response)));
    progress_.reach(kFetchedAll);
    return commit(sink_, options_.id, page_, std::move(parts), stop_);
  }

  Result<Response> fetch_document(const std::string& url) {
    std::optional<Received> received;
    net::Request request;
    request.url = url;
    request.accept = kAcceptPage;
    request.max_bytes = options_.limits.part;
    request.total_timeout = options_.limits.page_time;
    fetcher_.start(std::move(request),
                   std::make_unique<Body>(shared_, is_html, options_.limits.document,
                                          [&](Received result) { received = std::move(result); }));
    KL_TRY(run_fetcher());
    if (!received) return fail(ErrorCode::internal, "A request ended without a result.");
    status_ = received->status;
    retry_after_ = received->retry_after;
    return std::move(received->response);
  }

  // A page that sends its reader on at once is not what was meant. One hop: more would be a trap.
  Status follow_refresh(Response& response) {
    note_redirects(response.head);
    if (response.object || !is_html(response.media_type)) return {};
    const std::string text = page::decode_document(response.bytes, response.media_type).text;
    const auto refresh = scan_head(text).refresh;
    if (!refresh) return {};
    auto target = url::resolve(response.head.url, *refresh);
    if (!target || url::without_fragment(*target) == url::without_fragment(response.head.url)) return {};
    if (!net::parse_target(*target)) return {};
    KL_ASSIGN(response, fetch_document(*target));
    page_.redirects.push_back(*target);
    page_.moved_for_good = false;  // nobody says for how long
    note_redirects(response.head);
    return {};
  }

  void note_redirects(const net::Head& head) {
    page_.redirects.insert(page_.redirects.end(), head.redirects.begin(), head.redirects.end());
    if (!head.moved_for_good) page_.moved_for_good = false;
  }

  Status run_fetcher() {
    // The sink may fail in the middle: then the transfers end as well.
    const std::stop_callback forward(stop_, [this] { broken_.request_stop(); });
    auto status = fetcher_.run(broken_.get_token(), deadline_);
    if (shared_.broken) return fail(*shared_.broken);
    return status;
  }

  Result<std::vector<capture::Part>> keep(Response response) {
    if (response.object || !is_html(response.media_type)) {
      KL_ASSIGN(capture::Part root, part_of_bytes(response, writer_));
      return std::vector{std::move(root)};
    }
    capture::Part root;
    root.role = "document";
    root.url = std::string(url::without_fragment(response.head.url));
    root.status = "ok";
    std::vector<capture::Part> parts{root};
    page_.language = scan_head(page::decode_document(response.bytes, response.media_type).text).language;
    const page::FetchedDocument document =
        page::prepare_fetched_document(response.bytes, response.media_type, response.head.url);
    response.bytes = Bytes();
    page_.title = cut(page::html_title(document.html), kTitle);
    parts[0].media_type = page::kStoredDocumentType;
    KL_ASSIGN(parts[0].object, writer_.put(as_bytes(document.html)));

    Gatherer gatherer(fetcher_, shared_, options_.limits, [this](std::size_t done, std::size_t known) {
      progress_.reach(kFetchedPage + static_cast<std::uint32_t>((kFetchedAll - kFetchedPage) * done / known));
    });
    gatherer.begin(document.html, response.head.url, document.encoding);
    KL_TRY(run_fetcher());
    std::vector<capture::Part> rest = gatherer.parts();
    std::move(rest.begin(), rest.end(), std::back_inserter(parts));
    return parts;
  }

  const std::string url_;
  capture::CaptureSink& sink_;
  const Options& options_;
  const std::stop_token stop_;
  const std::chrono::steady_clock::time_point deadline_;
  std::stop_source broken_;
  ObjectWriter writer_;
  Shared shared_;
  net::Fetcher fetcher_;
  capture::Page page_;
  bool begun_ = false;
  int status_ = 0;
  std::optional<std::chrono::seconds> retry_after_;
  Progress progress_{options_.on_progress};
};

}  // namespace

Outcome fetch_page(const std::string& url, capture::CaptureSink& sink, const Options& options,
                   std::stop_token stop) {
  auto policy = net::AddressPolicy::allowing(options.allowed_hosts);
  if (!policy) {
    Outcome refused;
    refused.committed = fail(std::move(policy).error());
    return refused;
  }
  return PageFetch(url, sink, options, std::move(*policy), std::move(stop)).run();
}

}  // namespace keepleaf::acquire
