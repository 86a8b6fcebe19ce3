#include "protocol/codec_decode.h"

#include "base/base64.h"
#include "base/hex.h"
#include "protocol/names.h"

namespace keepleaf::protocol {
namespace decoding {
namespace {

template <class Message>
Status decode_into(Value& value, Message& message) {
  return read_object(value, fields(message));
}

// What was read of a broken chunk names the upload that failed.
Status decode_into(Value& value, CaptureChunk& chunk) {
  ChunkFields read;
  Status status = read_object(value, fields(read));
  if (status) status = read.check();
  chunk = std::move(read.chunk);
  return status;
}

using DecodeBody = Status (*)(Value&, RequestBody&);

template <class Message>
Status decode_as(Value& value, RequestBody& body) {
  return decode_into(value, body.emplace<Message>());
}

template <class Message>
std::vector<RequestField> describe_message() {
  if constexpr (std::is_same_v<Message, CaptureChunk>) {
    ChunkFields message;
    return describe(fields(message));
  } else {
    Message message;
    return describe(fields(message));
  }
}

template <class Variant>
struct Tables;
template <class... Messages>
struct Tables<std::variant<Messages...>> {
  static constexpr std::array<DecodeBody, sizeof...(Messages)> kDecode = {&decode_as<Messages>...};
  static constexpr std::array<Inner, sizeof...(Messages)> kDescribe = {&describe_message<Messages>...};
};

std::optional<std::size_t> index_of(std::string_view type) {
  for (std::size_t i = 0; i < kRequestNames.size(); ++i)
    if (kRequestNames[i] == type) return i;
  return std::nullopt;
}

Status decode_body(simdjson::ondemand::document& document, std::size_t type, RequestBody& body) {
  document.rewind();
  simdjson::ondemand::object object;
  if (document.get_object().get(object) != simdjson::SUCCESS)
    return fail(ErrorCode::bad_json, " is not an object");
  for (auto item : object) {
    simdjson::ondemand::field field;
    std::string_view key;
    if (std::move(item).get(field) != simdjson::SUCCESS ||
        field.unescaped_key().get(key) != simdjson::SUCCESS)
      return fail(ErrorCode::bad_json, " cannot be read");
    if (key != "body") continue;
    Value value = field.value();
    return Tables<RequestBody>::kDecode[type](value, body);
  }
  return fail(ErrorCode::bad_request, "the field \"body\" is missing");
}

}  // namespace
}  // namespace decoding

std::vector<RequestField> request_fields(std::string_view type) {
  const auto index = decoding::index_of(type);
  return index ? decoding::Tables<RequestBody>::kDescribe[*index]() : std::vector<RequestField>{};
}

struct Decoder::State {
  simdjson::ondemand::parser parser;
};

namespace {
// A parser needs about six times the size of its largest frame. Usual frames are chunks of half a megabyte;
// what an exceptional one took is given back.
constexpr std::size_t kUsualFrame = 1U << 20;
}  // namespace

Decoder::Decoder() : state_(std::make_unique<State>()) {}
Decoder::~Decoder() = default;

std::size_t Decoder::padding() { return simdjson::SIMDJSON_PADDING; }

tl::expected<Request, DecodeFailure> Decoder::decode(char* text, std::size_t length) {
  DecodeFailure failure;
  const auto refuse = [&](ErrorCode code, std::string message, std::string next = {}) {
    failure.error = Error{code, std::move(message), {}, std::move(next)};
    return tl::unexpected<DecodeFailure>(std::move(failure));
  };
  if (state_->parser.capacity() > kUsualFrame) state_->parser = simdjson::ondemand::parser();

  simdjson::ondemand::document document;
  const simdjson::padded_string_view view(text, length, length + padding());
  if (const auto code = state_->parser.iterate(view).get(document); code != simdjson::SUCCESS)
    return refuse(ErrorCode::bad_json,
                  std::string("the frame is not valid JSON: ") + simdjson::error_message(code));

  decoding::Envelope envelope = decoding::walk(document);
  failure.id = envelope.id;
  failure.type = envelope.type;
  if (envelope.error) return refuse(envelope.error->code, std::move(envelope.error->message));
  if (!envelope.version)
    return refuse(ErrorCode::bad_request, "the field \"v\" must be the protocol's version");
  if (*envelope.version < kProtocolMin || *envelope.version > kProtocolMax)
    return refuse(ErrorCode::unsupported_protocol,
                  "this host does not speak protocol version " + std::to_string(*envelope.version),
                  *envelope.version > kProtocolMax ? "Update Keepleaf's program." : "Update the extension.");
  if (!envelope.id)
    return refuse(ErrorCode::bad_request, "the field \"id\" must be a whole number below 2^32");
  if (envelope.type.empty())
    return refuse(ErrorCode::bad_request, "the field \"type\" must name the message");

  const auto type = decoding::index_of(envelope.type);
  if (!type)
    return refuse(ErrorCode::unknown_type, "there is no message \"" + envelope.type + "\" in this version",
                  "Update Keepleaf's program.");
  Request request;
  request.id = *envelope.id;
  if (Status status = decoding::decode_body(document, *type, request.body); !status) {
    if (const auto* chunk = std::get_if<CaptureChunk>(&request.body);
        chunk != nullptr && chunk->capture != Uuid{}) {
      failure.capture = chunk->capture;
      failure.upload = chunk->upload;
    }
    const std::string& message = status.error().message;
    return refuse(status.error().code,
                  envelope.type + (message.starts_with(' ') ? ": the body" : ": ") + message,
                  std::move(status.error().next));
  }
  return request;
}

}  // namespace keepleaf::protocol
