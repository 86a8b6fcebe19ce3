// Gathering: a page that has come to rest becomes parts. The capture scripts read its frames, the collector,
// in an empty page of its own, puts parts together, and the host carries texts between them and holds the
// bytes.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "acquire/acquire.h"
#include "acquire/body.h"
#include "acquire/browser/visit.h"
#include "capture/capture.h"

namespace keepleaf::acquire {

struct Gathered {
  std::vector<capture::Part> parts;  // in the order of their numbers
  std::string url;                   // the page's own, as it says
  std::string title;
  std::string language;
  std::optional<capture::Viewport> viewport;
};

class Gathering {
 public:
  // `on_step` is told (done, known) of resources.
  Gathering(Visit& visit, Shared& shared, const Limits& limits,
            std::function<void(std::size_t, std::size_t)> on_step);
  ~Gathering();
  Gathering(const Gathering&) = delete;
  Gathering& operator=(const Gathering&) = delete;

  // Errors: those of Visit, of the sink, timeout.
  Result<Gathered> run(Visit::Deadline deadline);

 private:
  Status tell_closed_roots();
  void take(const std::string& session, int context, const std::string& text);
  void take_from_collector(const std::string& text);
  void carry(std::uint32_t frame, std::string text);
  void answer_frame(std::uint32_t frame, const std::string& text);
  void picture(std::uint64_t id);
  void reply(Json answer);

  void take_bytes(const Json& message);
  void open(std::uint64_t id, const std::string& url, const std::string& from, std::uint64_t limit,
            bool may_ask);
  void ask(const std::string& url, const std::string& from, std::uint64_t limit,
           std::function<bool(const std::string&)> in_memory, std::function<void(Received)> done);
  Json opened(const Received& received, const std::string& url);
  std::optional<std::string> put(BytesView bytes);
  Status take_parts(const Json& drafts);

  Visit& visit_;
  Shared& shared_;
  const Limits& limits_;
  const std::function<void(std::size_t, std::size_t)> on_step_;
  FrameWorld collector_;
  std::vector<FrameWorld> frames_;
  std::map<std::pair<std::string, int>, std::uint32_t> numbers_;  // of frames, by session and context
  std::map<std::uint64_t, Bytes> arriving_;                       // objects of which there are pieces
  Gathered gathered_;
  bool finished_ = false;
  std::optional<Error> failed_;
};

}  // namespace keepleaf::acquire
