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

std::size_t size_of(const auto& value) { return encoding::dump(encoding::json_of(value)).size(); }

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

std::size_t encoded_size(const LinkItem& item) { return size_of(item); }
std::size_t encoded_size(const SearchHit& hit) { return size_of(hit); }
std::size_t encoded_size(const SnapshotSummary& snapshot) { return size_of(snapshot); }
std::size_t encoded_size(const TagCount& tag) { return size_of(tag); }
std::size_t encoded_size(const TrashEntry& entry) { return size_of(entry); }
std::size_t encoded_size(const ResourceInfo& part) { return size_of(part); }
std::size_t encoded_size(const JobInfo& job) { return size_of(job); }
std::size_t encoded_size(const ScheduleInfo& schedule) { return size_of(schedule); }
std::size_t encoded_size(const VerifyFinding& finding) { return size_of(finding); }
std::size_t encoded_size(const PendingCapture& capture) { return size_of(capture); }
std::size_t encoded_size(const std::string& text) { return encoding::dump(Json(text)).size(); }

std::string encode_body(const ResponseBody& body) {
  return encoding::dump(std::visit([](const auto& reply) { return encoding::json_of(reply); }, body));
}

std::string encode_error(const Error& error) {
  return encoding::dump(Json{{"error", encoding::json_of(error)}});
}

}  // namespace keepleaf::protocol
