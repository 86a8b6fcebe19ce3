// The engine "browser": a headless browser renders the page, the capture scripts read it.
#include <algorithm>
#include <iterator>
#include <utility>

#include "acquire/acquire.h"
#include "acquire/body.h"
#include "acquire/browser/gathering.h"
#include "acquire/browser/scripts.h"
#include "acquire/browser/visit.h"
#include "acquire/object_writer.h"
#include "acquire/run.h"
#include "net/target.h"
#include "url/url.h"

namespace keepleaf::acquire {
namespace {

using std::chrono::milliseconds;

constexpr std::uint32_t kLoaded = 300;  // per mille of the progress
constexpr std::uint32_t kAtRest = 500;
constexpr std::uint32_t kGathered = 950;
constexpr milliseconds kSettle{10'000};
constexpr milliseconds kWalk{20'000};

class PageBrowse {
 public:
  PageBrowse(const std::string& url, capture::CaptureSink& sink, const Options& options,
             net::AddressPolicy policy, std::stop_token stop)
      : url_(url),
        sink_(sink),
        options_(options),
        policy_(std::move(policy)),
        stop_(std::move(stop)),
        deadline_(std::chrono::steady_clock::now() + options.limits.total_time),
        writer_(sink, options.id),
        shared_{writer_, options.limits.capture, std::nullopt, [] {}} {}

  Outcome run(WarmBrowser& browsers) {
    auto committed = begin_and_browse(browsers);
    if (!committed && begun_) (void)sink_.abort(options_.id);
    return outcome_of(std::move(committed), {url_, status_, retry_after_}, stop_);
  }

 private:
  Result<capture::Committed> begin_and_browse(WarmBrowser& browsers) {
    KL_ASSIGN(const net::Target target, net::parse_target(url_));
    KL_ASSIGN(auto browser, browsers.borrow());
    KL_ASSIGN(const auto committed, begin_anew(sink_, options_.id, target.with_fragment()));
    if (committed) return *committed;
    begun_ = true;
    page_.url = target.with_fragment();
    page_.engine = capture::Engine::browser;
    net::FetcherOptions fetching;
    fetching.policy = policy_;
    fetching.slots = options_.slots;
    fetching.parallel = 24;
    fetching.user_agent = browser->user_agent();
    fetching.accept_language = browser->languages();
    Visit visit(std::move(browser), std::move(fetching), shared_, options_.limits, deadline_, stop_);
    KL_TRY(visit.open(page_.url));
    KL_ASSIGN(const bool is_page, came(visit.traffic()));
    page_.taken_at = (options_.clock != nullptr ? *options_.clock : system_clock()).now();
    if (!is_page) return keep_bytes(*visit.traffic().documents().back().received->response);
    progress_.reach(kLoaded);
    KL_TRY(come_to_rest(visit));
    progress_.reach(kAtRest);
    KL_ASSIGN(const bool still_page, came(visit.traffic()));  // it may have sent its reader on
    if (!still_page) return keep_bytes(*visit.traffic().documents().back().received->response);
    visit.traffic().freeze();
    page_.taken_at = (options_.clock != nullptr ? *options_.clock : system_clock()).now();
    Gathering gathering(visit, shared_, options_.limits, [this](std::size_t done, std::size_t known) {
      progress_.reach(kAtRest +
                      static_cast<std::uint32_t>((kGathered - kAtRest) * std::min(done, known) / known));
    });
    KL_ASSIGN(Gathered gathered, gathering.run(deadline_));
    page_.title = cut(std::move(gathered.title), kTitle);
    page_.language = std::move(gathered.language);
    page_.viewport = gathered.viewport;
    progress_.reach(kGathered);
    return commit(sink_, options_.id, page_, std::move(gathered.parts), stop_);
  }

  // Whether there is a page to be read; false: its bytes are all there is. Errors: why there is neither.
  Result<bool> came(Traffic& traffic) {
    auto& documents = traffic.documents();
    page_.redirects.clear();
    // A page that sends its reader on by itself does not say for how long: it is no redirect.
    page_.moved_for_good =
        !documents.empty() && std::all_of(documents.begin(), std::prev(documents.end()),
                                          [](const auto& document) { return document.moved_for_good; });
    for (const auto& document : documents)
      if (&document != &documents.front() &&
          (page_.redirects.empty() || page_.redirects.back() != document.url))
        page_.redirects.push_back(document.url);
    const bool answered = !documents.empty() && documents.back().received;
    if (!answered)
      return fail(
          documents.empty() ? ErrorCode::network : ErrorCode::timeout,
          documents.empty() ? "The browser did not open the page." : "The page did not answer in time.", "",
          "Try again later.");
    Received& received = *documents.back().received;
    status_ = received.status;
    retry_after_ = received.retry_after;
    if (!received.response) return fail(received.response.error());
    return documents.back().is_page;
  }

  Status come_to_rest(Visit& visit) {
    KL_TRY(visit.settle(kSettle));
    auto world = visit.enter_page({capture_script(), frame_script()});
    if (world) {
      const auto until = std::min(deadline_, std::chrono::steady_clock::now() + kWalk);
      const auto walked = visit.ask_script(*world, "keepleafWalkThrough", Json::array(), until);
      // One that went on to another document, or is too busy to be walked through, is read as it is.
      if (!walked && walked.error().code != ErrorCode::internal && walked.error().code != ErrorCode::timeout)
        return fail(walked.error());
    } else if (world.error().code != ErrorCode::internal) {
      return fail(std::move(world).error());
    }
    return visit.settle(kSettle);
  }

  Result<capture::Committed> keep_bytes(const Response& response) {
    page_.engine = capture::Engine::fetch;
    KL_ASSIGN(capture::Part root, part_of_bytes(response, writer_));
    std::vector<capture::Part> parts;
    parts.push_back(std::move(root));
    return commit(sink_, options_.id, page_, std::move(parts), stop_);
  }

  const std::string url_;
  capture::CaptureSink& sink_;
  const Options& options_;
  const net::AddressPolicy policy_;
  const std::stop_token stop_;
  const std::chrono::steady_clock::time_point deadline_;
  ObjectWriter writer_;
  Shared shared_;
  capture::Page page_;
  Progress progress_{options_.on_progress};
  bool begun_ = false;
  int status_ = 0;
  std::optional<std::chrono::seconds> retry_after_;
};

}  // namespace

Outcome browse_page(const std::string& url, capture::CaptureSink& sink, const Options& options,
                    WarmBrowser& browsers, std::stop_token stop) {
  auto policy = net::AddressPolicy::allowing(options.allowed_hosts);
  if (!policy) {
    Outcome refused;
    refused.committed = fail(std::move(policy).error());
    return refused;
  }
  return PageBrowse(url, sink, options, std::move(*policy), std::move(stop)).run(browsers);
}

}  // namespace keepleaf::acquire
