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

  // `text` of `length` bytes with padding() more bytes of capacity behind it; may be modified (parsed in place).
  // Errors: bad_json, unknown_type, bad_request, too_large, checksum_mismatch.
  tl::expected<Request, DecodeFailure> decode(char* text, std::size_t length);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// One frame's payload, without the length. Never larger than limits.reply for messages built within their limits;
// a larger one becomes a too_large error reply.
std::string encode(const Response& response);
std::string encode(const Event& event);

// What `--json` prints: the body alone, or {"error": …}.
std::string encode_body(const ResponseBody& body);
std::string encode_error(const Error& error);

}  // namespace keepleaf::protocol
