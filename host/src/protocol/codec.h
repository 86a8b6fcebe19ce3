// Text of a frame ↔ messages. Inbound by simdjson On-Demand and by nothing else; outbound by nlohmann_json.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "protocol/messages.h"

namespace keepleaf::protocol {

// What could be told of a request that could not be decoded, so that the error can name it.
struct DecodeFailure {
  Error error;
  std::optional<std::uint32_t> id;
  std::string type;
  // Of a capture.chunk, which is answered by an event and not by a response.
  std::optional<capture::CaptureId> capture;
  std::optional<capture::UploadNumber> upload;
};

// Decodes one frame's payload. Keep one decoder per thread: it owns the parser's buffers.
class Decoder {
 public:
  Decoder();
  ~Decoder();
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  // Bytes that must be readable (not meaningful) behind the text.
  static std::size_t padding();

  // `text` of `length` bytes with padding() more bytes of capacity behind it; may be modified (parsed in
  // place). Errors: bad_json, unknown_type, unsupported_protocol, bad_request, too_large, checksum_mismatch.
  tl::expected<Request, DecodeFailure> decode(char* text, std::size_t length);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// One frame's payload, without the length. Never larger than limits.reply for messages built within their
// limits; a larger one becomes a too_large error reply.
std::string encode(const Response& response);
std::string encode(const Event& event);

// Bytes that an element takes in a reply, so that a list can be made to fit before it is encoded.
std::size_t encoded_size(const LinkItem& item);
std::size_t encoded_size(const SearchHit& hit);
std::size_t encoded_size(const SnapshotSummary& snapshot);
std::size_t encoded_size(const TagCount& tag);
std::size_t encoded_size(const TrashEntry& entry);
std::size_t encoded_size(const ResourceInfo& part);
std::size_t encoded_size(const JobInfo& job);
std::size_t encoded_size(const ScheduleInfo& schedule);
std::size_t encoded_size(const VerifyFinding& finding);
std::size_t encoded_size(const PendingCapture& capture);
std::size_t encoded_size(const std::string& text);

// The fields that the decoder reads of a request's body, in the order of docs/protocol.md; tests/contract
// holds the schema to it. Empty for an unknown type.
struct RequestField {
  std::string name;
  bool required = false;
};
std::vector<RequestField> request_fields(std::string_view type);

// What `--json` prints: the body alone, or {"error": …}. Not bound to limits.reply.
std::string encode_body(const ResponseBody& body);
std::string encode_error(const Error& error);

}  // namespace keepleaf::protocol
