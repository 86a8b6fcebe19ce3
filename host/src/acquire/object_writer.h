// ObjectWriter: brings bytes of one capture into its CaptureSink. What fits into memory is hashed first and
// not sent when the library has it; what does not is streamed.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/result.h"
#include "capture/sink.h"

namespace keepleaf::acquire {

class ObjectWriter {
 public:
  ObjectWriter(capture::CaptureSink& sink, capture::CaptureId id) : sink_(sink), id_(id) {}

  // Errors: those of the sink.
  Result<Sha256Digest> put(BytesView bytes);

  // A stream: number it, append to it, end it. One that is never ended is no part of the capture.
  capture::UploadNumber open() { return next_++; }
  Status append(capture::UploadNumber upload, std::uint64_t offset, BytesView bytes);
  Result<Sha256Digest> close(capture::UploadNumber upload, std::uint64_t size);

 private:
  capture::CaptureSink& sink_;
  const capture::CaptureId id_;
  capture::UploadNumber next_ = 0;
};

}  // namespace keepleaf::acquire
