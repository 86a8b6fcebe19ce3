// What every engine's run has in common: how a capture is begun anew, and how it ends. Internal to acquire.
#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "acquire/acquire.h"
#include "acquire/body.h"
#include "capture/capture.h"
#include "capture/sink.h"

namespace keepleaf::acquire {

// Opens the capture, dropping what an earlier run left of it. A value: it was committed already, by a worker
// that died between the commit and its note of it. Errors: those of the sink.
Result<std::optional<capture::Committed>> begin_anew(capture::CaptureSink& sink, const capture::CaptureId& id,
                                                     const std::string& url);

// Adds the parts and publishes. Errors: cancelled, those of the sink.
Result<capture::Committed> commit(capture::CaptureSink& sink, const capture::CaptureId& id,
                                  const capture::Page& page, std::vector<capture::Part> parts,
                                  const std::stop_token& stop);

// Part 0 of a page that is kept as its bytes. Errors: those of the sink.
Result<capture::Part> part_of_bytes(const Response& response, ObjectWriter& writer);

// What is known of a page's own document when a run ends.
struct Answer {
  const std::string& url;
  int status = 0;  // as HTTP has it; 0: there was no answer
  std::optional<std::chrono::seconds> retry_after;
};
// Whether the same may succeed later, and what the job is told. Asks the name servers where no answer came.
Outcome outcome_of(Result<capture::Committed> committed, const Answer& answer, const std::stop_token& stop);

// Progress per mille, never falling.
class Progress {
 public:
  explicit Progress(const std::function<void(std::uint32_t)>& tell) : tell_(tell) {}
  void reach(std::uint32_t per_mille);

 private:
  const std::function<void(std::uint32_t)>& tell_;
  std::uint32_t reached_ = 0;
};

// Cut to so many bytes, no character in two.
std::string cut(std::string text, std::size_t limit);

inline constexpr std::size_t kTitle = 4U << 10;  // docs/protocol.md, "Limits"

}  // namespace keepleaf::acquire
