// CaptureSession: the captures of one port, between the messages and a CaptureSink. Decides when bytes are
// acknowledged and made durable, and which chunks are ignored after one could not be taken (docs/protocol.md,
// "Capture").
//
// Lives on the worker thread. Time is passed in, so that tests own it.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include "protocol/handler.h"

namespace keepleaf::wire {

// `received` is told at the latest after so many bytes or so long.
inline constexpr std::uint64_t kAckBytes = 1U << 20;
inline constexpr std::chrono::milliseconds kAckTime{50};
// Staged bytes are made durable after so many of them, or after so long without new ones.
inline constexpr std::uint64_t kSyncBytes = 8U << 20;
inline constexpr std::chrono::milliseconds kSyncIdle{250};

class CaptureSession {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  using Emit = std::function<void(const protocol::Event&)>;

  CaptureSession(protocol::Handler& handler, Emit emit) : handler_(handler), emit_(std::move(emit)) {}

  Result<protocol::ResponseBody> handle(const protocol::CaptureBegin& request);
  Result<protocol::ResponseBody> handle(const protocol::CaptureHave& request);
  Result<protocol::ResponseBody> handle(const protocol::CaptureEndUpload& request);
  Result<protocol::ResponseBody> handle(const protocol::CaptureParts& request);
  Result<protocol::ResponseBody> handle(const protocol::CaptureCommit& request);
  Result<protocol::ResponseBody> handle(const protocol::CaptureAbort& request);

  void chunk(const protocol::CaptureChunk& chunk, TimePoint now);
  // A chunk that could not be decoded, in its place among the others.
  void broken_chunk(const capture::CaptureId& id, capture::UploadNumber upload, const Error& error);

  // When on_time() is to be called at the latest; none when nothing is due.
  std::optional<TimePoint> next_deadline() const;
  void on_time(TimePoint now);

  // The end of the port: makes everything durable that was staged.
  void finish();

 private:
  // After a chunk could not be taken, those behind it make no sense either.
  enum class Ignore : unsigned char { nothing, until_received, until_begin };
  struct Upload {
    capture::UploadState state;
    Ignore ignore = Ignore::nothing;
    bool changed = false;  // since the last ack
  };
  struct Capture {
    bool open = false;  // begun, and neither committed nor aborted
    std::map<capture::UploadNumber, Upload> uploads;
    std::set<ErrorCode> told;  // causes that a capture.failed was sent for
    std::uint64_t unacked = 0;
    std::uint64_t unsynced = 0;
    std::optional<TimePoint> ack_due;
    std::optional<TimePoint> sync_due;
  };

  Capture& find_or_forget_oldest(const capture::CaptureId& id);
  void close(const capture::CaptureId& id);
  void fail_upload(const capture::CaptureId& id, Capture& capture, Upload& upload, const Error& error);
  void acknowledge(const capture::CaptureId& id, Capture& capture);
  void sync(const capture::CaptureId& id, Capture& capture);

  protocol::Handler& handler_;
  Emit emit_;
  std::map<capture::CaptureId, Capture> captures_;
  std::deque<capture::CaptureId> order_;  // of captures_, oldest first
};

}  // namespace keepleaf::wire
