#include "protocol/codec_encode.h"

#include "protocol/codec.h"
#include "protocol/names.h"
#include "protocol/retry.h"

namespace keepleaf::protocol {
namespace encoding {

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json json_of(const Error& error) {
  Json json = {{"code", error_code_name(error.code)}, {"message", error.message}};
  if (!error.kept.empty()) json["kept"] = error.kept;
  if (!error.next.empty()) json["next"] = error.next;
  json["retry"] = retry_name(retry_of(error.code));
  return json;
}

}  // namespace encoding

namespace {

using encoding::Json;

Json envelope(const Response& response) {
  Json json = {{"v", kProtocolMax}};
  if (response.re) json["re"] = *response.re;
  if (!response.type.empty()) json["type"] = response.type;
  return json;
}

std::string encode_failure(const Response& response, const Error& error) {
  Json json = envelope(response);
  json["error"] = encoding::json_of(error);
  return encoding::dump(json);
}

}  // namespace

std::string encode(const Response& response) {
  if (!response.body) return encode_failure(response, response.body.error());
  Json json = envelope(response);
  json["body"] = std::visit([](const auto& reply) { return encoding::json_of(reply); }, *response.body);
  std::string text = encoding::dump(json);
  if (text.size() <= kLimits.reply) return text;
  return encode_failure(response,
                        Error{ErrorCode::too_large,
                              "the answer to " + response.type + " has " + std::to_string(text.size()) +
                                  " bytes, more than limits.reply (" + std::to_string(kLimits.reply) + ")",
                              "Nothing is lost.", "Ask for less at a time."});
}

std::string encode(const Event& event) {
  Json json = {{"v", kProtocolMax}, {"event", kEventNames[event.index()]}};
  json["body"] = std::visit([](const auto& body) { return encoding::json_of(body); }, event);
  return encoding::dump(json);
}

std::string encode_body(const ResponseBody& body) {
  return encoding::dump(std::visit([](const auto& reply) { return encoding::json_of(reply); }, body));
}

std::string encode_error(const Error& error) {
  return encoding::dump(Json{{"error", encoding::json_of(error)}});
}

}  // namespace keepleaf::protocol
