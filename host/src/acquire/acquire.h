// acquire: a URL becomes a capture without the person's tab. Two engines: "browser", in which a headless
// browser renders the page and the capture scripts read it as they would in a tab, and "fetch", the document
// and everything that it loads by itself, over HTTP, without running scripts. What is no page is kept as its
// bytes by either. All requests of both are made by net::Fetcher.
//
// What can't be had is a part with its status (docs/protocol.md, "Part status"); only the page itself can
// fail the capture. An error status of the page (404, 500 …) is a failure: an error page is not what the
// person kept.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "capture/capture.h"
#include "capture/sink.h"
#include "net/fetcher.h"

namespace keepleaf::acquire {

struct Limits {
  std::uint64_t document =
      64ULL << 20;                  // bytes of one HTML document or style sheet, which are held in memory
  std::uint64_t part = 2ULL << 30;  // bytes of a page that is kept as its bytes
  std::uint64_t resource = 64ULL << 20;  // bytes of an image, font, …
  std::uint64_t media = 512ULL << 20;    // bytes of an audio or video
  std::uint64_t capture = 4ULL << 30;    // bytes of everything together
  std::uint32_t parts = 20'000;
  std::uint32_t depth = 8;  // of frames in frames and imports in imports
  std::chrono::milliseconds page_time{60'000};
  std::chrono::milliseconds resource_time{60'000};
  std::chrono::milliseconds media_time{300'000};
  std::chrono::milliseconds total_time{600'000};  // then what is missing is listed as timeout
};

struct Options {
  capture::CaptureId id;  // becomes the snapshot's id; begun anew unless it is committed already
  std::vector<std::string> allowed_hosts;  // HOST or HOST:PORT (net::AddressPolicy)
  std::shared_ptr<net::HostSlots> slots;   // shared by the jobs of a process; null: this page's own
  Limits limits{};
  const Clock* clock = nullptr;                      // for taken_at; the system's when null
  std::function<void(std::uint32_t)> on_progress{};  // per mille, never falling; on the calling thread
};

struct Outcome {
  Result<capture::Committed> committed = fail(ErrorCode::internal, "Nothing was done.");
  bool transient = false;                           // the same may succeed later
  std::optional<std::chrono::seconds> retry_after;  // as the server asked
  int status = 0;                                   // of the page itself; 0 when there was no answer
  bool no_such_host = false;  // the name servers say that the page's host does not exist
};

// Fetches `url` into `sink` and commits. On failure the capture is aborted: nothing stays staged.
// Errors: those of net::Receiver::on_end, http_status, cancelled, bad_request (allowed_hosts), those of the
// sink.
Outcome fetch_page(const std::string& url, capture::CaptureSink& sink, const Options& options,
                   std::stop_token stop);

class WarmBrowser;

// The same by a headless browser of `browsers`. Errors: also unsupported (no browser can be started here; the
// page was not asked for).
Outcome browse_page(const std::string& url, capture::CaptureSink& sink, const Options& options,
                    WarmBrowser& browsers, std::stop_token stop);

// What the jobs of one process share, so that together they are no ruder to a host than one would be.
std::shared_ptr<net::HostSlots> shared_host_slots();

// The engines, "auto" first, which is the best that works here.
const std::vector<std::string>& engines();
// bad_request for the name of none.
Status check_engine(const std::string& name);

// Whether each entry is HOST or HOST:PORT, before a job is made of them. Errors: bad_request, naming the
// entry.
Status check_allowed_hosts(const std::vector<std::string>& hosts);

}  // namespace keepleaf::acquire
