#include "wire/capture_session.h"

#include <algorithm>

namespace keepleaf::wire {
namespace {

// Closed captures are remembered so that chunks still under way can be ignored. A port's window holds a dozen
// chunks.
constexpr std::size_t kMostRemembered = 256;

// The sender may go on where we are; for everything else it has to begin again.
bool can_go_on(ErrorCode code) { return code == ErrorCode::gap || code == ErrorCode::checksum_mismatch; }

// A reply holds about 1,700 uploads. A sender that misses some sends them again, so those that cost most are
// told.
constexpr std::size_t kMostUploadsTold = 1500;

void keep_costliest(std::vector<capture::UploadState>& uploads) {
  if (uploads.size() <= kMostUploadsTold) return;
  std::stable_sort(uploads.begin(), uploads.end(),
                   [](const auto& a, const auto& b) { return a.received > b.received; });
  uploads.resize(kMostUploadsTold);
  std::sort(uploads.begin(), uploads.end(), [](const auto& a, const auto& b) { return a.upload < b.upload; });
}

}  // namespace

Result<protocol::ResponseBody> CaptureSession::handle(const protocol::CaptureBegin& request) {
  KL_ASSIGN(capture::CaptureSink* const sink, handler_.captures());
  KL_ASSIGN(capture::BeginOutcome outcome, sink->begin(request.capture, request.url, request.expected_bytes));
  Capture& capture = find_or_forget_oldest(request.capture);
  capture = {};
  capture.open = outcome.state != capture::BeginState::committed;
  for (const capture::UploadState& upload : outcome.uploads)
    if (!upload.object) capture.uploads[upload.upload].state = upload;
  keep_costliest(outcome.uploads);
  return protocol::CaptureBeginReply{request.capture, std::move(outcome)};
}

Result<protocol::ResponseBody> CaptureSession::handle(const protocol::CaptureHave& request) {
  KL_ASSIGN(capture::CaptureSink* const sink, handler_.captures());
  KL_ASSIGN(auto known, sink->have(request.capture, request.digests));
  return protocol::CaptureHaveReply{request.capture, std::move(known)};
}

Result<protocol::ResponseBody> CaptureSession::handle(const protocol::CaptureEndUpload& request) {
  KL_ASSIGN(capture::CaptureSink* const sink, handler_.captures());
  auto ended = sink->end_upload(request.capture, request.upload, request.size, request.object);
  // Complete, or emptied by the sink: either way, what was known of the upload is no more.
  if (ended || ended.error().code == ErrorCode::digest_mismatch)
    if (const auto found = captures_.find(request.capture); found != captures_.end())
      found->second.uploads.erase(request.upload);
  if (!ended) return fail(std::move(ended).error());
  return protocol::CaptureEndUploadReply{request.capture, *ended};
}

Result<protocol::ResponseBody> CaptureSession::handle(const protocol::CaptureParts& request) {
  KL_ASSIGN(capture::CaptureSink* const sink, handler_.captures());
  KL_ASSIGN(const std::uint32_t parts, sink->add_parts(request.capture, request.parts));
  return protocol::CapturePartsReply{request.capture, parts};
}

Result<protocol::ResponseBody> CaptureSession::handle(const protocol::CaptureCommit& request) {
  KL_ASSIGN(capture::CaptureSink* const sink, handler_.captures());
  KL_ASSIGN(const capture::Committed committed, sink->commit(request.capture, request.page, request.parts));
  close(request.capture);
  return protocol::CaptureCommitReply{request.capture, committed};
}

Result<protocol::ResponseBody> CaptureSession::handle(const protocol::CaptureAbort& request) {
  KL_ASSIGN(capture::CaptureSink* const sink, handler_.captures());
  KL_TRY(sink->abort(request.capture));
  close(request.capture);
  return protocol::CaptureAbortReply{request.capture};
}

void CaptureSession::chunk(const protocol::CaptureChunk& chunk, TimePoint now) {
  const bool known = captures_.contains(chunk.capture);
  Capture& capture = find_or_forget_oldest(chunk.capture);
  if (known && !capture.open && capture.told.empty()) return;  // committed or aborted
  Upload& upload = capture.uploads[chunk.upload];
  upload.state.upload = chunk.upload;
  if (upload.ignore == Ignore::until_begin) return;
  if (upload.ignore == Ignore::until_received && chunk.offset > upload.state.received) return;
  upload.ignore = Ignore::nothing;

  const auto sink = handler_.captures();
  if (!sink) return fail_upload(chunk.capture, capture, upload, sink.error());
  if (!capture.open)
    return fail_upload(
        chunk.capture, capture, upload,
        Error{ErrorCode::not_found, "the capture was not begun on this port", {}, "Send capture.begin."});
  const auto written = (*sink)->write(chunk.capture, chunk.upload, chunk.offset, chunk.bytes);
  if (!written) return fail_upload(chunk.capture, capture, upload, written.error());

  upload.state = *written;
  upload.changed = true;
  capture.unacked += chunk.bytes.size();
  capture.unsynced += chunk.bytes.size();
  capture.sync_due = now + kSyncIdle;
  if (!capture.ack_due) capture.ack_due = now + kAckTime;
  if (capture.unacked >= kAckBytes) acknowledge(chunk.capture, capture);
  if (capture.unsynced >= kSyncBytes) sync(chunk.capture, capture);
}

void CaptureSession::broken_chunk(const capture::CaptureId& id, capture::UploadNumber number,
                                  const Error& error) {
  const bool known = captures_.contains(id);
  Capture& capture = find_or_forget_oldest(id);
  if (known && !capture.open && capture.told.empty()) return;
  Upload& upload = capture.uploads[number];
  upload.state.upload = number;
  if (upload.ignore != Ignore::nothing) return;
  fail_upload(id, capture, upload, error);
}

std::optional<CaptureSession::TimePoint> CaptureSession::next_deadline() const {
  std::optional<TimePoint> next;
  const auto consider = [&](const std::optional<TimePoint>& due) {
    if (due && (!next || *due < *next)) next = due;
  };
  for (const auto& [id, capture] : captures_) {
    consider(capture.ack_due);
    consider(capture.sync_due);
  }
  return next;
}

void CaptureSession::on_time(TimePoint now) {
  for (auto& [id, capture] : captures_) {
    if (capture.sync_due && *capture.sync_due <= now) sync(id, capture);
    if (capture.ack_due && *capture.ack_due <= now) acknowledge(id, capture);
  }
}

void CaptureSession::finish() {
  for (auto& [id, capture] : captures_)
    if (capture.open && capture.unsynced > 0) sync(id, capture);
}

CaptureSession::Capture& CaptureSession::find_or_forget_oldest(const capture::CaptureId& id) {
  const auto [found, added] = captures_.try_emplace(id);
  if (!added) return found->second;
  order_.push_back(id);
  if (order_.size() > kMostRemembered) {
    const auto closed = std::find_if(order_.begin(), order_.end() - 1, [&](const capture::CaptureId& other) {
      return !captures_.at(other).open;
    });
    if (closed != order_.end() - 1) {
      captures_.erase(*closed);
      order_.erase(closed);
    }
  }
  return found->second;
}

void CaptureSession::close(const capture::CaptureId& id) { find_or_forget_oldest(id) = {}; }

void CaptureSession::fail_upload(const capture::CaptureId& id, Capture& capture, Upload& upload,
                                 const Error& error) {
  upload.ignore = can_go_on(error.code) ? Ignore::until_received : Ignore::until_begin;
  // Every upload has its own gap; a full disk is the same for all of them.
  const bool first = capture.told.insert(error.code).second;
  if (first || can_go_on(error.code)) emit_(protocol::CaptureFailed{id, error, {upload.state}});
}

void CaptureSession::acknowledge(const capture::CaptureId& id, Capture& capture) {
  capture.ack_due.reset();
  capture.unacked = 0;
  protocol::CaptureAck ack{id, {}};
  for (auto& [number, upload] : capture.uploads) {
    if (!std::exchange(upload.changed, false)) continue;
    ack.uploads.push_back(upload.state);
    if (ack.uploads.size() < kMostUploadsTold) continue;
    emit_(ack);
    ack.uploads.clear();
  }
  if (!ack.uploads.empty()) emit_(ack);
}

void CaptureSession::sync(const capture::CaptureId& id, Capture& capture) {
  capture.sync_due.reset();
  capture.unsynced = 0;
  const auto sink = handler_.captures();
  auto states =
      sink ? (*sink)->sync(id) : Result<std::vector<capture::UploadState>>(fail(Error(sink.error())));
  if (!states) {
    for (auto& [number, upload] : capture.uploads) upload.ignore = Ignore::until_begin;
    if (capture.told.insert(states.error().code).second)
      emit_(protocol::CaptureFailed{id, states.error(), {}});
    return;
  }
  for (const capture::UploadState& state : *states) {
    if (state.object) continue;
    Upload& upload = capture.uploads[state.upload];
    upload.changed = upload.changed || upload.state.durable != state.durable;
    upload.state = state;
  }
  acknowledge(id, capture);
}

}  // namespace keepleaf::wire
