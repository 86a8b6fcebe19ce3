// Visit: one page in a headless browser, from its address until it has come to rest: sessions, frames,
// traffic. Belongs to the thread of its job; nothing of it outlives it, cookies and caches included.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "acquire/acquire.h"
#include "acquire/body.h"
#include "acquire/browser/browser.h"
#include "acquire/browser/traffic.h"
#include "net/fetcher.h"

namespace keepleaf::acquire {

// A script's world in one frame.
struct FrameWorld {
  std::string session;
  std::string frame;  // the browser's id
  int context = 0;
};

class Visit {
 public:
  using Deadline = std::chrono::steady_clock::time_point;
  // {result} or {error} of a call.
  using Then = std::function<void(const Json& reply)>;
  // A text from one of our scripts: its session, the script's world, the text.
  using OnText = std::function<void(const std::string& session, int context, const std::string& text)>;

  // Nothing is waited for beyond `last`.
  Visit(std::shared_ptr<Browser> browser, net::FetcherOptions options, Shared& shared, const Limits& limits,
        Deadline last, std::stop_token stop);
  ~Visit();  // forgets the page
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;

  // Opens the page and waits until it has loaded, or has had its time. Afterwards traffic().documents() says
  // what came. Errors: cancelled, network (the browser left or crashed).
  Status open(const std::string& url);
  // Waits until nothing was asked for during a while. Errors: as open().
  Status settle(std::chrono::milliseconds limit);

  // Makes a world of ours in each frame that there is, the page's own first, and runs `scripts` in it.
  // Errors: as open(); internal when the page's own can't be entered.
  Result<std::vector<FrameWorld>> enter_frames(const std::vector<std::string_view>& scripts);
  // The same for the page alone.
  Result<FrameWorld> enter_page(const std::vector<std::string_view>& scripts);
  // An empty page of its own, with `script` in it: where our own code runs out of the page's reach.
  Result<FrameWorld> open_workshop(std::string_view script);

  // Calls a function of ours in a world, with JSON values. ask_script waits for what it resolves to.
  void tell_script(const FrameWorld& world, const char* function, Json arguments, Then then = {});
  Result<Json> ask_script(const FrameWorld& world, const char* function, Json arguments, Deadline deadline);
  // Calls a method of the page's own session.
  void tell_page(const std::string& method, Json params, Then then) {
    call(method, std::move(params), page_session_, std::move(then));
  }
  void on_text(OnText handler) { on_text_ = std::move(handler); }

  // Calls a method and waits. Errors: as open(), timeout, internal (refused).
  Result<Json> ask(const std::string& method, Json params, const std::string& session, Deadline deadline);
  // Works until `done`. False: the deadline passed before.
  Result<bool> work_until(const std::function<bool()>& done, Deadline deadline);

  net::Fetcher& fetcher() { return fetcher_; }
  Traffic& traffic() { return traffic_; }

 private:
  Deadline by(std::chrono::milliseconds time) const;
  void call(const std::string& method, Json params, const std::string& session, Then then = {});
  void pump();
  void take(const Json& message);
  void attached(const Json& params);
  std::vector<std::pair<const char*, Json>> preparations() const;
  Result<std::pair<std::string, std::string>> open_target(std::string& context);
  Result<FrameWorld> enter(const std::string& session, const std::string& frame,
                           const std::vector<std::string_view>& scripts);
  Result<std::vector<std::pair<std::string, std::string>>> frames_of(const std::string& session);

  const std::shared_ptr<Browser> browser_;
  const Limits& limits_;
  const Deadline last_;
  const std::stop_token stop_;
  net::Fetcher fetcher_;
  const std::shared_ptr<Mailbox> mailbox_;
  Traffic traffic_;
  OnText on_text_;
  std::map<std::int64_t, Then> waiting_;
  std::string page_context_;  // the browser's word for a profile
  std::string workshop_context_;
  std::string page_session_;
  std::string page_target_;
  std::vector<std::string> frame_sessions_;        // of frames that live in other processes
  std::set<std::pair<std::string, int>> entered_;  // worlds that have our scripts, by session and context
  bool loaded_ = false;
  std::optional<Error> lost_;
};

}  // namespace keepleaf::acquire
