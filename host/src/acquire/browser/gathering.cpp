#include "acquire/browser/gathering.h"

#include <algorithm>
#include <set>
#include <utility>

#include "acquire/browser/scripts.h"
#include "acquire/media_type.h"
#include "acquire/part_status.h"
#include "base/base64.h"

namespace keepleaf::acquire {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kScript{20'000};
constexpr milliseconds kTree{5'000};  // to list a document's nodes; deep ones take the browser very long
constexpr std::size_t kClosedRoots = 5'000;

Visit::Deadline in(milliseconds time) { return std::chrono::steady_clock::now() + time; }

Json absent(const std::string& status, const std::string& url) {
  return {{"status", status}, {"mediaType", ""}, {"url", url}};
}

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

Gathering::Gathering(Visit& visit, Shared& shared, const Limits& limits,
                     std::function<void(std::size_t, std::size_t)> on_step)
    : visit_(visit), shared_(shared), limits_(limits), on_step_(std::move(on_step)) {
  visit_.on_text([this](const std::string& session, int context, const std::string& text) {
    // A page's process may be in the hands of the page: what comes from there is read like any input.
    try {
      take(session, context, text);
    } catch (const Json::exception&) {
      failed_ = Error{ErrorCode::internal, "The headless browser sent what no script of ours would."};
    }
  });
}

Gathering::~Gathering() { visit_.on_text({}); }

Result<Gathered> Gathering::run(Visit::Deadline deadline) {
  KL_ASSIGN(collector_, visit_.open_workshop(collector_script()));
  KL_ASSIGN(frames_, visit_.enter_frames({capture_script(), frame_script()}));
  for (std::uint32_t n = 0; n < frames_.size(); ++n) numbers_[{frames_[n].session, frames_[n].context}] = n;
  KL_TRY(tell_closed_roots());
  const Json request{{"frames", frames_.size()},
                     {"resource", limits_.resource},
                     {"media", limits_.media},
                     {"parts", limits_.parts}};
  visit_.tell_script(collector_, "keepleafCollect", {request});
  const auto over = [this] { return finished_ || failed_ || shared_.broken; };
  KL_ASSIGN(const bool in_time, visit_.work_until(over, deadline));
  if (shared_.broken) return fail(*shared_.broken);
  if (failed_) return fail(*failed_);
  if (!in_time)
    return fail(ErrorCode::timeout, "Reading the page took too long.", "",
                "Try again, or capture it from your browser.");
  std::sort(gathered_.parts.begin(), gathered_.parts.end(),
            [](const capture::Part& a, const capture::Part& b) { return a.n < b.n; });
  return std::move(gathered_);
}

// Closed shadow roots are nobody's but the browser's to tell.
Status Gathering::tell_closed_roots() {
  std::map<std::string, const FrameWorld*> by_frame;
  std::vector<std::string> sessions;
  for (const FrameWorld& world : frames_) {
    by_frame[world.frame] = &world;
    if (std::find(sessions.begin(), sessions.end(), world.session) == sessions.end())
      sessions.push_back(world.session);
  }
  for (const std::string& session : sessions) {
    bool deep = false;
    for (const FrameWorld& world : frames_) {
      if (world.session != session || deep) continue;
      const auto said = visit_.ask_script(world, "keepleafIsDeep", Json::array(), in(kTree));
      deep = !said || !said->is_boolean() || said->get<bool>();
    }
    if (deep) continue;  // such a page is read all the same, without what is in closed trees
    const auto snapshot =
        visit_.ask("DOMSnapshot.captureSnapshot", {{"computedStyles", Json::array()}}, session, in(kTree));
    if (!snapshot) {
      // Such a page is read all the same, without what is in closed trees.
      if (snapshot.error().code == ErrorCode::internal || snapshot.error().code == ErrorCode::timeout)
        continue;
      return fail(snapshot.error());
    }
    const Json& strings = snapshot->at("strings");
    for (const Json& document : snapshot->at("documents")) {
      const Json& nodes = document.at("nodes");
      const auto types = nodes.find("shadowRootType");
      const auto world =
          by_frame.find(strings.at(document.at("frameId").get<std::size_t>()).get<std::string>());
      if (types == nodes.end() || world == by_frame.end()) continue;
      // The nodes inside such trees are listed; the roots and their hosts are found from the topmost of each.
      const Json& index = types->at("index");
      std::set<std::size_t> inside;
      std::set<std::size_t> hosts;
      for (std::size_t i = 0; i < index.size(); ++i)
        if (strings.at(types->at("value").at(i).get<std::size_t>()) == "closed")
          inside.insert(index.at(i).get<std::size_t>());
      for (const std::size_t node : inside) {
        const auto host = nodes.at("parentIndex").at(node).get<std::size_t>();
        if (inside.contains(host) || !hosts.insert(host).second || hosts.size() > kClosedRoots) continue;
        const auto object = visit_.ask("DOM.resolveNode",
                                       {{"backendNodeId", nodes.at("backendNodeId").at(node)},
                                        {"executionContextId", world->second->context}},
                                       session, in(kScript));
        if (!object) continue;  // it has gone meanwhile
        (void)visit_.ask("Runtime.callFunctionOn",
                         {{"functionDeclaration",
                           "function(){const root=this.getRootNode();keepleafClosedRoot(root.host,root)}"},
                          {"objectId", object->at("object").at("objectId")}},
                         session, in(kScript));
      }
    }
  }
  return {};
}

void Gathering::take(const std::string& session, int context, const std::string& text) {
  if (session == collector_.session && context == collector_.context) return take_from_collector(text);
  const auto frame = numbers_.find({session, context});
  if (frame == numbers_.end() || text.empty()) return;
  if (text.front() == 'C')
    visit_.tell_script(collector_, "keepleafReceive", {frame->second, text.substr(1)});
  else
    answer_frame(frame->second, text.substr(1));
}

void Gathering::take_from_collector(const std::string& text) {
  const Json message = Json::parse(text);
  const std::string op = message.at("op");
  if (op == "frame") {
    carry(message.at("frame"), message.at("message"));
  } else if (op == "bytes") {
    take_bytes(message);
  } else if (op == "rendered") {
    open(message.at("id"), message.at("url"), {}, message.at("limit"), false);
  } else if (op == "open") {
    open(message.at("id"), message.at("url"), message.at("from"), message.at("limit"), true);
  } else if (op == "picture") {
    picture(message.at("id"));
  } else if (op == "progress") {
    on_step_(message.at("done"), std::max<std::size_t>(1, message.at("total")));
  } else if (op == "parts") {
    if (auto taken = take_parts(message.at("parts")); !taken) failed_ = std::move(taken).error();
  } else if (op == "finish") {
    const Json& page = message.at("page");
    gathered_.url = page.at("url");
    gathered_.title = page.value("title", "");
    gathered_.language = page.value("language", "");
    if (const auto viewport = page.find("viewport"); viewport != page.end())
      gathered_.viewport =
          capture::Viewport{viewport->at("width"), viewport->at("height"), viewport->value("scale", 1.0)};
    finished_ = true;
  } else if (op == "failed") {
    failed_ = Error{ErrorCode::internal,
                    "The page could not be read: " + message.value("reason", "").substr(0, 300)};
  }
}

void Gathering::carry(std::uint32_t frame, std::string text) {
  if (frame >= frames_.size()) return;
  visit_.tell_script(frames_[frame], "keepleafReceive", {std::move(text)}, [this, frame](const Json& answer) {
    // The frame went away, or went on to another document.
    if (answer.contains("error")) visit_.tell_script(collector_, "keepleafReceive", {frame, nullptr});
  });
}

void Gathering::picture(std::uint64_t id) {
  visit_.tell_page("Page.captureScreenshot", {{"format", "png"}}, [this, id](const Json& answer) {
    reply({{"re", id}, {"picture", answer.value("/result/data"_json_pointer, std::string())}});
  });
}

void Gathering::reply(Json answer) {
  visit_.tell_script(collector_, "keepleafReceive", {nullptr, text_of(answer)});
}

std::optional<std::string> Gathering::put(BytesView bytes) {
  auto object = shared_.writer.put(bytes);
  if (object) return object->hex();
  if (!shared_.broken) shared_.broken = std::move(object).error();
  return std::nullopt;
}

void Gathering::take_bytes(const Json& message) {
  const std::uint64_t id = message.at("id");
  Bytes piece;
  if (!base64_decode(message.at("data").get_ref<const std::string&>(), piece) ||
      piece.size() > shared_.bytes_left) {
    failed_ = Error{ErrorCode::too_large, "Everything on the page together is larger than a capture may be."};
    return;
  }
  shared_.bytes_left -= piece.size();
  Bytes& whole = arriving_[id];
  whole.insert(whole.end(), piece.begin(), piece.end());
  if (!message.at("last").get<bool>()) return;
  if (const auto object = put(whole)) reply({{"re", id}, {"object", *object}});
  arriving_.erase(id);
}

void Gathering::open(std::uint64_t id, const std::string& url, const std::string& from, std::uint64_t limit,
                     bool may_ask) {
  const auto found = visit_.traffic().answers().find(url);
  if (found.answer != nullptr) {
    const Answered& answer = *found.answer;
    if (!answer.failure.empty()) return reply({{"re", id}, {"opened", absent(answer.failure, found.url)}});
    if (answer.bytes && answer.bytes->size() > limit)
      return reply({{"re", id}, {"opened", absent("too_large", found.url)}});
    if (answer.bytes) {
      if (const auto object = put(*answer.bytes))
        reply({{"re", id},
               {"opened",
                {{"status", "ok"},
                 {"mediaType", answer.media_type},
                 {"url", found.url},
                 {"object", *object}}}});
      return;
    }
  }
  if (!may_ask) return reply({{"re", id}, {"opened", nullptr}});
  ask(
      url, from, limit, [](const std::string&) { return false; },
      [this, id, url](Received received) {
        reply({{"re", id}, {"opened", opened(received, url)}});
      });
}

// What was asked for here becomes an object at once: larger ones never lie in memory.
Json Gathering::opened(const Received& received, const std::string& url) {
  if (!received.response) return absent(part_status(received.response.error(), received.status), url);
  const Response& response = *received.response;
  std::optional<std::string> object;
  if (response.object)
    object = response.object->hex();
  else
    object = put(response.bytes);
  if (!object) return absent("unreachable", url);
  return {
      {"status", "ok"}, {"mediaType", response.media_type}, {"url", response.head.url}, {"object", *object}};
}

void Gathering::ask(const std::string& url, const std::string& from, std::uint64_t limit,
                    std::function<bool(const std::string&)> in_memory, std::function<void(Received)> done) {
  net::Request request;
  request.url = url;
  request.referer = from;
  const bool is_large = limit > limits_.resource;
  request.max_bytes = std::min(limit, is_large ? limits_.media : limits_.resource);
  request.total_timeout = is_large ? limits_.media_time : limits_.resource_time;
  visit_.fetcher().start(std::move(request), std::make_unique<Body>(shared_, std::move(in_memory),
                                                                    limits_.document, std::move(done)));
}

void Gathering::answer_frame(std::uint32_t frame, const std::string& text) {
  const Json question = Json::parse(text);
  const std::uint64_t id = question.at("id");
  const std::string url = question.at("url");
  const auto send = [this, frame, id](int status, const std::string& type, const std::string& at,
                                      BytesView bytes) {
    const Json answer{
        {"re", id}, {"status", status}, {"mediaType", type}, {"url", at}, {"data", base64_encode(bytes)}};
    visit_.tell_script(frames_[frame], "keepleafAnswer", {text_of(answer)});
  };
  const auto found = visit_.traffic().answers().find(url);
  if (found.answer != nullptr && (found.answer->bytes || !found.answer->failure.empty())) {
    const Answered& answer = *found.answer;
    return send(answer.status, answer.media_type, found.url,
                answer.bytes ? BytesView(*answer.bytes) : BytesView());
  }
  ask(
      url, gathered_.url, limits_.document, [](const std::string&) { return true; },
      [send, url](const Received& received) {
        if (!received.response) return send(received.status, "", url, {});
        send(received.status, received.response->media_type, received.response->head.url,
             received.response->bytes);
      });
}

Status Gathering::take_parts(const Json& drafts) {
  for (const Json& draft : drafts) {
    capture::Part part;
    part.n = draft.at("n");
    if (const auto parent = draft.find("parent"); parent != draft.end())
      part.parent = parent->get<std::uint32_t>();
    part.role = draft.at("role");
    part.url = draft.value("url", "");
    part.media_type = draft.value("media_type", "");
    part.status = draft.at("status");
    if (const auto object = draft.find("object"); object != draft.end()) {
      part.object = Sha256Digest::from_hex(object->get_ref<const std::string&>());
      if (!part.object) return fail(ErrorCode::internal, "The collector named an object that is none.");
    }
    if (gathered_.parts.size() >= limits_.parts)
      return fail(ErrorCode::too_large, "The page has more parts than a capture may have.");
    gathered_.parts.push_back(std::move(part));
  }
  return {};
}

}  // namespace keepleaf::acquire
