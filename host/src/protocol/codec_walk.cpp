// The first walk over a frame: On-Demand only looks at what is asked for, so everything is asked for once.
// Refuses duplicate keys at every level, depth, malformed escapes, numbers and words in fields that nobody
// reads, and text behind the message. Reads what names the request, so that an error can name it too.
#include <algorithm>
#include <array>
#include <cstring>

#include "protocol/codec_decode.h"

namespace keepleaf::protocol::decoding {
namespace {

namespace od = simdjson::ondemand;

constexpr std::size_t kMostDepth = 8;
// No message has half as many. Bounds the work of finding duplicates in a hostile frame.
constexpr std::size_t kMostFields = 64;
constexpr std::size_t kLongestType = 64;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// RFC 8259 section 6. On-Demand's own readers differ in what they let pass for numbers nobody wants.
bool is_number(std::string_view text) {
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t begin = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return at - begin;
  };
  if (at < text.size() && text[at] == '-') ++at;
  const bool leading_zero = at < text.size() && text[at] == '0';
  const std::size_t whole = digits();
  if (whole == 0 || (leading_zero && whole > 1)) return false;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (digits() == 0) return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (digits() == 0) return false;
  }
  return at == text.size();
}

std::string_view without_trailing_space(std::string_view token) {
  while (!token.empty() && std::strchr(" \t\r\n", token.back()) != nullptr) token.remove_suffix(1);
  return token;
}

class Walk {
 public:
  explicit Walk(Envelope& envelope) : envelope_(envelope) {}

  void document(od::document& document) {
    od::json_type type{};
    if (document.type().get(type) != simdjson::SUCCESS)
      return report(ErrorCode::bad_json, "the frame is not JSON");
    if (type != od::json_type::object) return report(ErrorCode::bad_request, "a message must be an object");
    od::object object;
    if (const auto code = document.get_object().get(object); code != simdjson::SUCCESS)
      return malformed(code);
    if (!fields(object, 1)) return;
    const char* rest = nullptr;
    if (document.current_location().get(rest) == simdjson::SUCCESS)
      report(ErrorCode::bad_json, "there is text behind the message");
  }

 private:
  void report(ErrorCode code, std::string message) {
    if (!envelope_.error) envelope_.error = Error{code, std::move(message)};
  }
  void malformed(simdjson::error_code code) {
    report(ErrorCode::bad_json, std::string("the frame is not valid JSON: ") + simdjson::error_message(code));
  }
  // Every function below answers false when the walk cannot go on.
  bool stop(simdjson::error_code code) {
    malformed(code);
    return false;
  }

  bool fields(od::object& object, std::size_t depth) {
    auto& keys = keys_[depth - 1];
    std::size_t count = 0;
    for (auto item : object) {
      od::field field;
      if (const auto code = std::move(item).get(field); code != simdjson::SUCCESS) return stop(code);
      std::string_view key;
      if (const auto code = field.unescaped_key().get(key); code != simdjson::SUCCESS) return stop(code);
      const auto end = keys.begin() + static_cast<std::ptrdiff_t>(count);
      const bool duplicate = std::find(keys.begin(), end, key) != end;
      if (duplicate)
        report(ErrorCode::bad_json, "the key \"" + std::string(key.substr(0, 64)) + "\" appears twice");
      if (!duplicate) {
        if (count == kMostFields) {
          report(ErrorCode::bad_json, "an object has more than " + std::to_string(kMostFields) + " fields");
          return false;
        }
        keys[count++] = key;
      }
      od::value value = field.value();
      if (!(depth == 1 ? of_envelope(key, value, duplicate) : any(value, depth))) return false;
    }
    return true;
  }

  bool of_envelope(std::string_view key, od::value& value, bool duplicate) {
    if (key == "id") {
      std::optional<std::uint64_t> id;
      if (!whole_number(value, id)) return false;
      // Two ids are none: nobody could tell which request the answer belongs to.
      envelope_.id.reset();
      if (!duplicate && id && *id <= UINT32_MAX) envelope_.id = static_cast<std::uint32_t>(*id);
      return true;
    }
    if (key == "v") return whole_number(value, envelope_.version);
    if (key == "type") {
      od::json_type type{};
      if (const auto code = value.type().get(type); code != simdjson::SUCCESS) return stop(code);
      if (type != od::json_type::string) return any(value, 1);
      std::string_view name;
      if (const auto code = value.get_string().get(name); code != simdjson::SUCCESS) return stop(code);
      envelope_.type = duplicate ? "" : std::string(name.substr(0, kLongestType));
      return true;
    }
    if (key == "body") envelope_.has_body = true;
    return any(value, 1);
  }

  bool whole_number(od::value& value, std::optional<std::uint64_t>& out) {
    od::json_type type{};
    if (const auto code = value.type().get(type); code != simdjson::SUCCESS) return stop(code);
    if (type != od::json_type::number) return any(value, 1);
    std::uint64_t number = 0;
    if (!scalar_number(value)) return false;
    if (value.get_uint64().get(number) == simdjson::SUCCESS) out = number;
    return true;
  }

  bool scalar_number(od::value& value) {
    if (is_number(without_trailing_space(value.raw_json_token()))) return true;
    return stop(simdjson::NUMBER_ERROR);
  }

  bool any(od::value& value, std::size_t depth) {
    od::json_type type{};
    if (const auto code = value.type().get(type); code != simdjson::SUCCESS) return stop(code);
    switch (type) {
      case od::json_type::object: {
        if (too_deep(depth)) return false;
        od::object object;
        if (const auto code = value.get_object().get(object); code != simdjson::SUCCESS) return stop(code);
        return fields(object, depth + 1);
      }
      case od::json_type::array: {
        if (too_deep(depth)) return false;
        od::array array;
        if (const auto code = value.get_array().get(array); code != simdjson::SUCCESS) return stop(code);
        for (auto item : array) {
          od::value element;
          if (const auto code = std::move(item).get(element); code != simdjson::SUCCESS) return stop(code);
          if (!any(element, depth + 1)) return false;
        }
        return true;
      }
      case od::json_type::string:
        return string(value);
      case od::json_type::number:
        return scalar_number(value);
      case od::json_type::boolean: {
        bool ignored = false;
        const auto code = value.get_bool().get(ignored);
        return code == simdjson::SUCCESS || stop(code);
      }
      case od::json_type::null: {
        bool is_null = false;
        const auto code = value.is_null().get(is_null);
        return (code == simdjson::SUCCESS && is_null) || stop(simdjson::N_ATOM_ERROR);
      }
    }
    return stop(simdjson::TAPE_ERROR);
  }

  // Stage 1 has checked UTF-8, control characters and closing quotes; only escapes are left, and a chunk has
  // none.
  bool string(od::value& value) {
    const std::string_view token = value.raw_json_token();
    if (std::memchr(token.data(), '\\', token.size()) == nullptr) return true;
    std::string_view ignored;
    const auto code = value.get_string().get(ignored);
    return code == simdjson::SUCCESS || stop(code);
  }

  bool too_deep(std::size_t depth) {
    if (depth < kMostDepth) return false;
    report(ErrorCode::bad_json, "the message is nested more than " + std::to_string(kMostDepth) + " deep");
    return true;
  }

  Envelope& envelope_;
  std::array<std::array<std::string_view, kMostFields>, kMostDepth> keys_{};
};

}  // namespace

Envelope walk(od::document& document) {
  Envelope envelope;
  Walk(envelope).document(document);
  return envelope;
}

}  // namespace keepleaf::protocol::decoding
