// CaptureDesk: the library's CaptureSink. Keeps the captures under way, and hands each to CaptureCommit when
// it is whole. Internal to the library module.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "capture/sink.h"
#include "library/capture_commit.h"
#include "library/core.h"
#include "store/staging.h"

namespace keepleaf::library {

class CaptureDesk final : public capture::CaptureSink {
 public:
  CaptureDesk(Core& core, Keep keep) : core_(core), keep_(keep) {}

  Result<capture::BeginOutcome> begin(const capture::CaptureId& id, const std::string& url,
                                      std::uint64_t expected_bytes) override;
  Result<std::vector<bool>> have(const capture::CaptureId& id,
                                 const std::vector<Sha256Digest>& digests) override;
  Result<capture::UploadState> write(const capture::CaptureId& id, capture::UploadNumber upload,
                                     std::uint64_t offset, BytesView bytes) override;
  Result<std::vector<capture::UploadState>> sync(const capture::CaptureId& id) override;
  Result<capture::UploadState> end_upload(const capture::CaptureId& id, capture::UploadNumber upload,
                                          std::uint64_t size,
                                          const std::optional<Sha256Digest>& object) override;
  Result<std::uint32_t> add_parts(const capture::CaptureId& id, std::vector<capture::Part> parts) override;
  Result<capture::Committed> commit(const capture::CaptureId& id, const capture::Page& page,
                                    std::uint32_t part_count) override;
  Status abort(const capture::CaptureId& id) override;

  // Begun and neither committed nor aborted, by this process or one before it; newest first.
  std::vector<StagedCapture> staged() const;

 private:
  struct Open {
    std::unique_ptr<store::StagedCapture> staged;
    std::map<std::uint32_t, capture::Part> parts;
    UnixMs updated_at = 0;
    bool leased = false;
  };
  Result<Open*> open_capture(const capture::CaptureId& id);
  Result<std::optional<capture::Committed>> committed(const capture::CaptureId& id);

  Core& core_;
  const Keep keep_;
  std::unordered_map<Uuid, Open> open_;
};

}  // namespace keepleaf::library
