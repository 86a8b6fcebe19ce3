// CaptureSink: where a capture's bytes go. The library implements it; wire (the browser's port), acquire (a
// URL without the person's tab) and imports feed it. It is the same sequence for all of them:
//
//   begin → have* → (write* → end_upload)* → add_parts* → commit        or abort at any time
//
// Every call may be repeated: a producer that was cut off calls begin again and goes on from what it answers.
// Not to be shared between threads. Errors never undo what an earlier call accepted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "capture/capture.h"

namespace keepleaf::capture {

struct UploadState {
  UploadNumber upload = 0;
  std::uint64_t received = 0;          // bytes accepted so far: the next expected offset
  std::uint64_t durable = 0;           // bytes that survive power loss; a multiple of nothing in particular
  std::optional<Sha256Digest> object;  // set once end_upload succeeded
};

struct Committed {
  Uuid link_id;
  Uuid snapshot_id;
  bool new_link = false;
  std::uint32_t versions = 0;     // snapshots of this link, this one included
  std::uint64_t size_raw = 0;     // bytes of all parts, each object counted once
  std::uint64_t size_stored = 0;  // bytes that this snapshot added to the library
  std::uint32_t objects_new = 0;
  std::uint32_t objects_known = 0;
  // False: this was a check, and the page was not worth another version. snapshot_id is that of the newest
  // one (the capture's own when there is none). Not on the wire: only the worker checks.
  bool kept = true;
};

enum class BeginState : std::uint8_t { fresh, resumed, committed };

struct BeginOutcome {
  BeginState state = BeginState::fresh;
  std::vector<UploadState> uploads;    // what staging already holds (resumed)
  std::optional<Committed> committed;  // set exactly when state is committed
};

class CaptureSink {
 public:
  virtual ~CaptureSink() = default;

  // Opens or reopens a capture. `expected_bytes` (0 = unknown) is checked against the free space.
  // Errors: no_space, busy (another process holds this capture), read_only, io.
  virtual Result<BeginOutcome> begin(const CaptureId& id, const std::string& url,
                                     std::uint64_t expected_bytes) = 0;

  // One answer per digest: true = the library has the object and keeps it until this capture commits, aborts,
  // or 14 days pass. At most 1000 digests.
  virtual Result<std::vector<bool>> have(const CaptureId& id, const std::vector<Sha256Digest>& digests) = 0;

  // Appends bytes at `offset`. Bytes before the next expected offset are ignored, so a retransmission is
  // harmless. Errors: gap (offset too far), too_large, no_space, io, not_found (no such capture is open).
  virtual Result<UploadState> write(const CaptureId& id, UploadNumber upload, std::uint64_t offset,
                                    BytesView bytes) = 0;

  // Makes what was written durable. Returns the state of every upload that is still open.
  virtual Result<std::vector<UploadState>> sync(const CaptureId& id) = 0;

  // Ends an upload. `object` may be unknown to the producer (a stream too large to hash at once).
  // Errors: digest_mismatch (size or digest differs; the upload is emptied and may be sent again).
  virtual Result<UploadState> end_upload(const CaptureId& id, UploadNumber upload, std::uint64_t size,
                                         const std::optional<Sha256Digest>& object) = 0;

  // Adds to the part table. A repeated number replaces the earlier entry. Returns how many there are.
  virtual Result<std::uint32_t> add_parts(const CaptureId& id, std::vector<Part> parts) = 0;

  // Publishes. `part_count` must equal the table's size and the numbers be 0 … part_count-1. When it returns
  // a value, the snapshot survives power loss. Idempotent: a second commit of the same id answers the same.
  // Errors: incomplete (objects that neither arrived nor were known: the message names them), bad_request,
  // no_space, io.
  virtual Result<Committed> commit(const CaptureId& id, const Page& page, std::uint32_t part_count) = 0;

  // Forgets a capture and its staged bytes. After a commit it does nothing.
  virtual Status abort(const CaptureId& id) = 0;
};

}  // namespace keepleaf::capture
