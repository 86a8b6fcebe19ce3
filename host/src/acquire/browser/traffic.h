// Traffic: every request of a page in a headless browser, held at the browser's door, made by our fetcher
// under its address policy, and answered from here. Redirects are the browser's to follow, each hop a request
// of its own.
//
// Not passed on: what a snapshot has no use for (beacons, reports, prefetches, event streams), what could
// change something (any method but GET, HEAD, OPTIONS and a script's POST), other schemes than http and
// https, what is too much.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "acquire/acquire.h"
#include "acquire/body.h"
#include "acquire/browser/answers.h"
#include "acquire/browser/devtools.h"
#include "net/fetcher.h"

namespace keepleaf::acquire {

class Traffic {
 public:
  // Calls a method of the browser in a session.
  using Call = std::function<void(const std::string& method, Json params, const std::string& session)>;

  Traffic(net::Fetcher& fetcher, Shared& shared, const Limits& limits, std::string accept_language,
          Call call);

  // Of Target.attachedToTarget and createTarget: which frame is the page itself.
  void set_page_frame(std::string frame) { page_frame_ = std::move(frame); }
  // Fetch.requestPaused.
  void paused(const Json& event, const std::string& session);
  // From now on the page stays where it is.
  void freeze() { frozen_ = true; }

  // Requests that have no answer yet, and when there was last one.
  std::size_t under_way() const { return under_way_; }
  std::chrono::steady_clock::time_point quiet_since() const { return quiet_since_; }

  // What came of the page's own document, latest last.
  struct Document {
    std::string url;
    std::optional<Received> received;  // absent while it is under way; a redirect has none
    bool is_page = false;              // HTML or SVG: the browser has it. Else its bytes are in `received`
    bool moved_for_good = false;       // it was a redirect that says so (301, 308)
  };
  // Addresses that the page's document had one after the other; empty before the first request.
  const std::vector<Document>& documents() const { return documents_; }
  std::vector<Document>& documents() { return documents_; }

  const Answers& answers() const { return answers_; }
  Answers& answers() { return answers_; }

 private:
  struct Paused {
    std::string id;
    std::string session;
    std::string url;
    std::string type;
    std::string method;
    std::string range;                    // as a player asks for a piece; empty: for all
    std::optional<std::size_t> document;  // index into documents_
  };

  const char* refusal(const Json& request, const Paused& paused) const;
  const Answered* answer_again(const Paused& paused) const;
  void ask(const Json& request, Paused paused);
  void answered(const Paused& paused, const Result<net::Head>& head, Bytes body);
  void page_answered(const Paused& paused, Received received);
  void fulfil(const Paused& paused, int status, const net::HeaderList& headers, BytesView body);
  void refuse(const Paused& paused, const char* reason);
  void done();

  net::Fetcher& fetcher_;
  Shared& shared_;
  const Limits& limits_;
  const std::string accept_language_;
  const Call call_;
  Answers answers_;
  std::string page_frame_;
  std::vector<Document> documents_;
  std::uint32_t requests_ = 0;
  std::size_t under_way_ = 0;
  std::chrono::steady_clock::time_point quiet_since_ = std::chrono::steady_clock::now();
  bool frozen_ = false;
};

}  // namespace keepleaf::acquire
