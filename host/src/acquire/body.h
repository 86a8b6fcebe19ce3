// Body: receives one response of a capture. Small ones and those that have to be read stay in memory; large
// ones go on to the sink while they arrive, so that memory does not grow with them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "acquire/object_writer.h"
#include "base/bytes.h"
#include "net/fetcher.h"

namespace keepleaf::acquire {

// What all responses of a capture have in common.
struct Shared {
  ObjectWriter& writer;
  std::uint64_t bytes_left;     // of the capture's limit
  std::optional<Error> broken;  // the sink failed: the capture can't go on
  std::function<void()> on_broken;
};

struct Response {
  net::Head head;
  std::string media_type;              // as sent, or sniffed when nothing was sent
  Bytes bytes;                         // empty when `object` is set
  std::optional<Sha256Digest> object;  // of a body that went on to the sink
  std::uint64_t size = 0;
};

// What came of a request. `status` is the HTTP status when there was any; a status outside 2xx is an
// http_status error.
struct Received {
  Result<Response> response;
  int status = 0;
  std::optional<std::chrono::seconds> retry_after;
};

class Body : public net::Receiver {
 public:
  // `in_memory` decides by media type whether the body has to be read; at most `text_limit` bytes then.
  Body(Shared& shared, std::function<bool(const std::string&)> in_memory, std::uint64_t text_limit,
       std::function<void(Received)> done);

  Status on_head(const net::Head& head) override;
  Status on_body(BytesView bytes) override;
  void on_end(Result<net::Head> head) override;

 private:
  void decide();
  Status spill();
  Status sink_failed(Error error);
  Result<Response> finish(Result<net::Head> head);

  Shared& shared_;
  const std::function<bool(const std::string&)> in_memory_;
  const std::uint64_t text_limit_;
  const std::function<void(Received)> done_;

  net::Head head_;
  Bytes bytes_;
  std::string media_type_;
  bool decided_ = false;
  bool must_hold_ = false;
  std::optional<capture::UploadNumber> upload_;
  std::uint64_t size_ = 0;
};

}  // namespace keepleaf::acquire
