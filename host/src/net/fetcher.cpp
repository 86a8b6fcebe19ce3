#include "net/fetcher.h"

#include <curl/curl.h>

#include <algorithm>
#include <utility>

#include "net/transfer.h"

namespace keepleaf::net {
namespace {

bool curl_is_set_up() {
  // curl_global_init is safe from any thread since 7.84; a function-local static makes it happen once anyway.
  static const bool done = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return done;
}

class Collector : public Receiver {
 public:
  Collector(std::optional<Result<Head>>& head, Bytes& body) : head_(head), body_(body) {}
  Status on_body(BytesView bytes) override {
    body_.insert(body_.end(), bytes.begin(), bytes.end());
    return {};
  }
  void on_end(Result<Head> head) override { head_ = std::move(head); }

 private:
  std::optional<Result<Head>>& head_;
  Bytes& body_;
};

Error cancelled() { return Error{ErrorCode::cancelled, "The transfer was stopped."}; }

}  // namespace

std::string default_user_agent() { return "Mozilla/5.0 (compatible; Keepleaf/" KEEPLEAF_VERSION ")"; }

struct Fetcher::Session {
  struct MultiDeleter {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
  };
  struct ShareDeleter {
    void operator()(CURLSH* share) const { curl_share_cleanup(share); }
  };
  std::shared_ptr<HostSlots> slots;
  std::unique_ptr<CURLSH, ShareDeleter> cookies;
  std::unique_ptr<CURLM, MultiDeleter> multi;
};

Fetcher::Fetcher(FetcherOptions options)
    : options_(std::move(options)), session_(std::make_unique<Session>()) {
  session_->slots = options_.slots ? options_.slots : std::make_shared<HostSlots>(kRequestsPerHost);
  if (!curl_is_set_up()) return;  // run() tells
  session_->multi.reset(curl_multi_init());
  session_->cookies.reset(curl_share_init());
  if (session_->cookies) curl_share_setopt(session_->cookies.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE);
  if (session_->multi)
    listener_ = session_->slots->listen([multi = session_->multi.get()] { curl_multi_wakeup(multi); });
}

Fetcher::~Fetcher() {
  session_->slots->forget(listener_);
  for (const auto& transfer : active_) {
    curl_multi_remove_handle(session_->multi.get(), transfer->handle());
    session_->slots->give_back(transfer->slot());
  }
  active_.clear();
}

void Fetcher::start(Request request, std::unique_ptr<Receiver> receiver) {
  queued_.push_back(std::make_unique<Transfer>(options_, std::move(request), std::move(receiver)));
}

void Fetcher::start_queued() {
  for (std::size_t i = 0; i < queued_.size() && active_.size() < options_.parallel;) {
    const bool hopeless = queued_[i]->refused().has_value();
    if (!hopeless && !session_->slots->try_take(queued_[i]->slot())) {
      ++i;
      continue;
    }
    std::unique_ptr<Transfer> transfer = std::move(queued_[i]);
    queued_.erase(queued_.begin() + static_cast<std::ptrdiff_t>(i));
    if (hopeless) {
      end(*transfer, transfer->outcome());
      i = 0;  // on_end may have queued more
      continue;
    }
    if (auto ready = transfer->prepare(session_->cookies.get()); !ready) {
      session_->slots->give_back(transfer->slot());
      end(*transfer, fail(std::move(ready).error()));
      i = 0;
      continue;
    }
    curl_multi_add_handle(session_->multi.get(), transfer->handle());
    active_.push_back(std::move(transfer));
  }
}

void Fetcher::take_finished() {
  int left = 0;
  while (const CURLMsg* const message = curl_multi_info_read(session_->multi.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    void* owner = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &owner);
    advance(*static_cast<Transfer*>(owner), message->data.result);
  }
}

void Fetcher::advance(Transfer& ended, int curl_code) {
  const auto found =
      std::find_if(active_.begin(), active_.end(), [&](const auto& t) { return t.get() == &ended; });
  if (found == active_.end()) return;
  std::unique_ptr<Transfer> transfer = std::move(*found);
  active_.erase(found);
  curl_multi_remove_handle(session_->multi.get(), transfer->handle());
  session_->slots->give_back(transfer->slot());
  if (transfer->hop_ended(static_cast<CURLcode>(curl_code)) == Transfer::Step::again)
    queued_.push_front(std::move(transfer));
  else
    end(*transfer, transfer->outcome());
}

void Fetcher::end(Transfer& transfer, Result<Head> head) { transfer.receiver().on_end(std::move(head)); }

void Fetcher::end_all(const Error& error) {
  for (const auto& transfer : active_) {
    curl_multi_remove_handle(session_->multi.get(), transfer->handle());
    session_->slots->give_back(transfer->slot());
  }
  // on_end may queue more, which ends here as well.
  while (!active_.empty() || !queued_.empty()) {
    std::vector<std::unique_ptr<Transfer>> ending = std::exchange(active_, {});
    std::move(queued_.begin(), queued_.end(), std::back_inserter(ending));
    queued_.clear();
    for (const auto& transfer : ending) end(*transfer, fail(error));
  }
}

Status Fetcher::ready() {
  if (session_->multi && session_->cookies) return {};
  Error error{ErrorCode::internal, "libcurl could not be set up."};
  end_all(error);
  return fail(std::move(error));
}

void Fetcher::wake() {
  if (session_->multi) curl_multi_wakeup(session_->multi.get());
}

void Fetcher::turn(std::chrono::milliseconds wait) {
  curl_multi_poll(session_->multi.get(), nullptr, 0, static_cast<int>(wait.count()), nullptr);
  int running = 0;
  curl_multi_perform(session_->multi.get(), &running);
  take_finished();
  start_queued();
}

Result<bool> Fetcher::run_while(const std::function<bool()>& step, std::stop_token stop,
                                std::chrono::steady_clock::time_point deadline) {
  KL_TRY(ready());
  const std::stop_callback wake_up(stop, [this] { wake(); });
  while (step()) {
    if (stop.stop_requested()) {
      end_all(cancelled());
      return fail(cancelled());
    }
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    start_queued();
    // What was just started is sent before anything is waited for.
    int running = 0;
    curl_multi_perform(session_->multi.get(), &running);
    turn(std::min(left, std::chrono::milliseconds(1'000)));
  }
  return true;
}

Status Fetcher::run(std::stop_token stop, std::optional<std::chrono::steady_clock::time_point> deadline) {
  KL_TRY(ready());
  CURLM* const multi = session_->multi.get();
  const std::stop_callback wake(stop, [multi] { curl_multi_wakeup(multi); });
  start_queued();
  while (!active_.empty() || !queued_.empty()) {
    if (stop.stop_requested()) {
      end_all(cancelled());
      return fail(cancelled());
    }
    auto wait = std::chrono::milliseconds(1'000);
    if (deadline) {
      const auto left =
          std::chrono::ceil<std::chrono::milliseconds>(*deadline - std::chrono::steady_clock::now());
      if (left.count() <= 0) {
        end_all(Error{ErrorCode::timeout, "The time for the whole page was used up."});
        return {};
      }
      wait = std::min(wait, left);
    }
    int running = 0;
    curl_multi_perform(multi, &running);
    take_finished();
    start_queued();
    if (active_.empty() && queued_.empty()) break;
    curl_multi_poll(multi, nullptr, 0, static_cast<int>(wait.count()), nullptr);
  }
  if (stop.stop_requested()) return fail(cancelled());
  return {};
}

Result<Fetched> Fetcher::fetch(Request request, std::stop_token stop) {
  std::optional<Result<Head>> head;
  Fetched fetched;
  start(std::move(request), std::make_unique<Collector>(head, fetched.body));
  if (auto status = run(std::move(stop)); !status && !head) return fail(std::move(status).error());
  if (!head) return fail(ErrorCode::internal, "A transfer ended without a result.");
  if (!*head) return fail(std::move(*head).error());
  fetched.head = std::move(**head);
  return fetched;
}

}  // namespace keepleaf::net
