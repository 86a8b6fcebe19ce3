#include "acquire/browser/visit.h"

#include <algorithm>
#include <utility>

namespace keepleaf::acquire {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kAnswer{20'000};     // for what takes the browser no time
constexpr milliseconds kQuiet{500};         // without a request: the page rests
constexpr const char* kWorld = "keepleaf";  // of our scripts in a frame; pages can't look in
constexpr const char* kWayOut = "keepleafSend";
constexpr int kWidth = 1280;
constexpr int kHeight = 800;

Error left() {
  return {ErrorCode::network, "The headless browser left in the middle of the page.", "", "Try again."};
}

}  // namespace

Visit::Deadline Visit::by(milliseconds time) const { return std::min(last_, Clock::now() + time); }

Visit::Visit(std::shared_ptr<Browser> browser, net::FetcherOptions options, Shared& shared,
             const Limits& limits, Deadline last, std::stop_token stop)
    : browser_(std::move(browser)),
      limits_(limits),
      last_(last),
      stop_(std::move(stop)),
      fetcher_(std::move(options)),
      mailbox_(std::make_shared<Mailbox>([this] { fetcher_.wake(); })),
      traffic_(fetcher_, shared, limits, browser_->languages(),
               [this](const std::string& method, Json params, const std::string& session) {
                 call(method, std::move(params), session);
               }) {}

Visit::~Visit() {
  mailbox_->silence();
  // Replies go to a mailbox that nobody reads: ours must not be woken any more.
  const auto nobody = std::make_shared<Mailbox>();
  for (const auto& context : {page_context_, workshop_context_})
    if (!context.empty())
      (void)browser_->devtools().call("Target.disposeBrowserContext", {{"browserContextId", context}}, {},
                                      nobody);
  browser_->devtools().forget(mailbox_);
}

void Visit::call(const std::string& method, Json params, const std::string& session, Then then) {
  auto id = browser_->devtools().call(method, std::move(params), session, mailbox_);
  if (!id) {
    if (!lost_) lost_ = left();
    return;
  }
  if (then) waiting_.emplace(*id, std::move(then));
}

Result<Json> Visit::ask(const std::string& method, Json params, const std::string& session,
                        Deadline deadline) {
  // Shared: the reply may come when nobody waits for it any more.
  const auto box = std::make_shared<std::optional<Json>>();
  std::optional<Json>& reply = *box;
  call(method, std::move(params), session, [box](const Json& got) { *box = got; });
  KL_ASSIGN(const bool in_time, work_until([&] { return reply.has_value(); }, deadline));
  if (!in_time)
    return fail(ErrorCode::timeout, "The headless browser did not answer " + method + " in time.");
  if (!reply->contains("result"))
    return fail(ErrorCode::internal, "The headless browser refused " + method + ": " +
                                         reply->value("/error/message"_json_pointer, std::string()) + ".");
  return std::move((*reply)["result"]);
}

Result<bool> Visit::work_until(const std::function<bool()>& done, Deadline deadline) {
  KL_ASSIGN(const bool in_time, fetcher_.run_while(
                                    [&] {
                                      pump();
                                      return !lost_ && !done();
                                    },
                                    stop_, deadline));
  if (lost_) return fail(*lost_);
  return in_time;
}

void Visit::pump() {
  browser_->shut_popups();
  for (const Json& message : mailbox_->take()) take(message);
  if (mailbox_->closed() && !lost_) lost_ = left();
}

void Visit::take(const Json& message) {
  if (const auto id = message.find("id"); id != message.end()) {
    auto entry = waiting_.extract(id->get<std::int64_t>());
    if (entry) entry.mapped()(message);
    return;
  }
  const std::string method = message.value("method", "");
  const std::string session = message.value("sessionId", "");
  const Json params = message.value("params", Json::object());
  if (method == "Fetch.requestPaused") {
    traffic_.paused(params, session);
  } else if (method == "Runtime.bindingCalled") {
    if (on_text_ && params.value("name", "") == kWayOut)
      on_text_(session, params.value("executionContextId", 0), params.value("payload", ""));
  } else if (method == "Target.attachedToTarget") {
    attached(params);
  } else if (method == "Target.detachedFromTarget") {
    std::erase(frame_sessions_, params.value("sessionId", ""));
  } else if (method == "Page.loadEventFired") {
    if (session == page_session_) loaded_ = true;
  } else if (method == "Page.javascriptDialogOpening") {
    call("Page.handleJavaScriptDialog", {{"accept", false}}, session);
  } else if (method == "Inspector.targetCrashed") {
    lost_ = Error{ErrorCode::network, "The page crashed the headless browser's tab.", "", "Try again."};
  }
}

// A frame of another site, or a worker: both wait until they are let go.
void Visit::attached(const Json& params) {
  const std::string session = params.value("sessionId", "");
  if (params.value("/targetInfo/type"_json_pointer, std::string()) == "iframe") {
    frame_sessions_.push_back(session);
    for (auto& [name, given] : preparations()) call(name, std::move(given), session);
  }
  call("Runtime.runIfWaitingForDebugger", Json::object(), session);
}

// What every session that shows documents needs before its first request.
std::vector<std::pair<const char*, Json>> Visit::preparations() const {
  return {
      {"Fetch.enable", {{"patterns", {{{"urlPattern", "*"}, {"requestStage", "Request"}}}}}},
      {"Page.enable", Json::object()},
      {"Target.setAutoAttach", {{"autoAttach", true}, {"waitForDebuggerOnStart", true}, {"flatten", true}}},
      {"Emulation.setUserAgentOverride",
       {{"userAgent", browser_->user_agent()}, {"acceptLanguage", browser_->languages()}}}};
}

// Session and target of a new page in a profile of its own.
Result<std::pair<std::string, std::string>> Visit::open_target(std::string& context) {
  KL_ASSIGN(const Json profile,
            ask("Target.createBrowserContext", {{"disposeOnDetach", true}}, {}, by(kAnswer)));
  context = profile.value("browserContextId", "");
  KL_ASSIGN(const Json made, ask("Target.createTarget",
                                 {{"url", "about:blank"}, {"browserContextId", context}}, {}, by(kAnswer)));
  const std::string target = made.value("targetId", "");
  KL_ASSIGN(const Json attached_to,
            ask("Target.attachToTarget", {{"targetId", target}, {"flatten", true}}, {}, by(kAnswer)));
  const std::string session = attached_to.value("sessionId", "");
  browser_->devtools().listen(session, mailbox_);
  return std::pair{session, target};
}

Status Visit::open(const std::string& url) {
  KL_ASSIGN(const auto opened, open_target(page_context_));
  page_session_ = opened.first;
  page_target_ = opened.second;
  traffic_.set_page_frame(page_target_);  // a page's frame has its target's id
  call("Browser.setDownloadBehavior", {{"behavior", "deny"}, {"browserContextId", page_context_}}, {});
  const auto unanswered = std::make_shared<std::size_t>(0);
  const auto answered = [unanswered](const Json&) { --*unanswered; };
  for (auto& [method, params] : preparations()) {
    ++*unanswered;
    call(method, std::move(params), page_session_, answered);
  }
  *unanswered += 2;
  call("Emulation.setDeviceMetricsOverride",
       {{"width", kWidth}, {"height", kHeight}, {"deviceScaleFactor", 1}, {"mobile", false}}, page_session_,
       answered);
  call("Emulation.setFocusEmulationEnabled", {{"enabled", true}}, page_session_, answered);
  // Chromium's renderer crashes now and then when it leaves for a page in the middle of these (seen in 156).
  KL_ASSIGN(const bool prepared, work_until([&] { return *unanswered == 0; }, by(kAnswer)));
  if (!prepared) {
    lost_ = Error{ErrorCode::network, "The headless browser did not open an empty page in time.", "",
                  "Try again."};
    return fail(*lost_);
  }
  const Deadline deadline = by(limits_.page_time);
  const auto refused = std::make_shared<bool>(false);
  call("Page.navigate", {{"url", url}}, page_session_, [refused](const Json& reply) {
    *refused =
        !reply.value("/result/errorText"_json_pointer, std::string()).empty() || reply.contains("error");
  });
  loaded_ = false;
  const auto over = [&] {
    const auto& documents = traffic_.documents();
    if (!documents.empty() && documents.back().received && !documents.back().is_page) return true;
    return loaded_ || *refused;
  };
  KL_TRY(work_until(over, deadline));
  return {};
}

Status Visit::settle(milliseconds limit) {
  const Deadline deadline = by(limit);
  while (Clock::now() < deadline) {
    const auto quiet = std::max(traffic_.quiet_since() + kQuiet, Clock::now() + milliseconds(1));
    // Looks up when the time is over, or when something happened.
    KL_TRY(work_until(
        [&] { return traffic_.under_way() == 0 && Clock::now() >= traffic_.quiet_since() + kQuiet; },
        std::min(deadline, traffic_.under_way() == 0 ? quiet : deadline)));
    if (traffic_.under_way() == 0 && Clock::now() >= traffic_.quiet_since() + kQuiet) return {};
  }
  return {};
}

Result<FrameWorld> Visit::enter(const std::string& session, const std::string& frame,
                                const std::vector<std::string_view>& scripts) {
  KL_ASSIGN(const Json made, ask("Page.createIsolatedWorld", {{"frameId", frame}, {"worldName", kWorld}},
                                 session, by(kAnswer)));
  FrameWorld world{session, frame, made.value("executionContextId", 0)};
  // The browser gives the same world again as long as the frame has the same document.
  if (!entered_.insert({session, world.context}).second) return world;
  KL_TRY(ask("Runtime.addBinding", {{"name", kWayOut}, {"executionContextId", world.context}}, session,
             by(kAnswer)));
  for (const std::string_view script : scripts) {
    KL_ASSIGN(const Json run, ask("Runtime.evaluate", {{"expression", script}, {"contextId", world.context}},
                                  session, by(kAnswer)));
    if (run.contains("exceptionDetails"))
      return fail(ErrorCode::internal, "The capture scripts did not run in the page.");
  }
  return world;
}

Result<FrameWorld> Visit::enter_page(const std::vector<std::string_view>& scripts) {
  return enter(page_session_, page_target_, scripts);
}

// All documents of one session, outermost first.
Result<std::vector<std::pair<std::string, std::string>>> Visit::frames_of(const std::string& session) {
  KL_ASSIGN(const Json tree, ask("Page.getFrameTree", Json::object(), session, by(kAnswer)));
  std::vector<std::pair<std::string, std::string>> found;
  std::vector<const Json*> left{&tree.at("frameTree")};
  while (!left.empty()) {
    const Json& node = *left.back();
    left.pop_back();
    found.emplace_back(session, node.value("/frame/id"_json_pointer, std::string()));
    if (const auto children = node.find("childFrames"); children != node.end())
      for (const Json& child : *children) left.push_back(&child);
  }
  return found;
}

Result<std::vector<FrameWorld>> Visit::enter_frames(const std::vector<std::string_view>& scripts) {
  KL_ASSIGN(auto frames, frames_of(page_session_));
  for (const std::string& session : std::vector(frame_sessions_)) {
    auto more = frames_of(session);
    if (!more && lost_) return fail(*lost_);
    if (!more) continue;  // it has gone meanwhile
    // A frame of another process is named by the tree above it, too.
    for (auto& one : *more) {
      std::erase_if(frames, [&](const auto& known) { return known.second == one.second; });
      frames.push_back(std::move(one));
    }
  }
  std::vector<FrameWorld> worlds;
  for (const auto& [session, frame] : frames) {
    auto world = enter(session, frame, scripts);
    if (world) {
      worlds.push_back(std::move(*world));
    } else if (lost_ || stop_.stop_requested() || frame == page_target_) {
      return fail(std::move(world).error());
    }
  }
  return worlds;
}

Result<FrameWorld> Visit::open_workshop(std::string_view script) {
  KL_ASSIGN(const auto opened, open_target(workshop_context_));
  return enter(opened.first, opened.second, {script});
}

void Visit::tell_script(const FrameWorld& world, const char* function, Json arguments, Then then) {
  const bool waits = static_cast<bool>(then);
  Json list = Json::array();
  for (Json& argument : arguments) list.push_back({{"value", std::move(argument)}});
  call("Runtime.callFunctionOn",
       {{"functionDeclaration",
         std::string("function(...given){return globalThis.") + function + "(...given)}"},
        {"executionContextId", world.context},
        {"arguments", std::move(list)},
        {"awaitPromise", waits},
        {"returnByValue", true}},
       world.session, std::move(then));
}

Result<Json> Visit::ask_script(const FrameWorld& world, const char* function, Json arguments,
                               Deadline deadline) {
  const auto box = std::make_shared<std::optional<Json>>();
  std::optional<Json>& reply = *box;
  tell_script(world, function, std::move(arguments), [box](const Json& got) { *box = got; });
  KL_ASSIGN(const bool in_time, work_until([&] { return reply.has_value(); }, deadline));
  if (!in_time)
    return fail(ErrorCode::timeout, "The page was too busy to be read.", "",
                "Try again, or capture it from your browser.");
  if (!reply->contains("result") || (*reply)["result"].contains("exceptionDetails"))
    return fail(ErrorCode::internal, "A script of ours failed in the page.");
  return reply->value("/result/result/value"_json_pointer, Json());
}

}  // namespace keepleaf::acquire
