// The readers that messages are told with.
#include <algorithm>
#include <cmath>

#include "base/base64.h"
#include "protocol/codec_decode.h"

namespace keepleaf::protocol::decoding {
namespace {

Error wrong(std::string predicate) { return Error{ErrorCode::bad_request, std::move(predicate)}; }
Error broken() { return Error{ErrorCode::bad_json, " cannot be read"}; }

// Messages grow from the inside out: " must be text" → "url must be text" → "page.url must be text".
Error inside(std::string name, Error error) {
  const char first = error.message.empty() ? ' ' : error.message.front();
  if (first != ' ' && first != '[') name += '.';
  error.message.insert(0, name);
  return error;
}

template <class Out, class Parse>
Read parsed(Out& out, Parse parse) {
  return [&out, parse](Value& value) -> Status {
    KL_ASSIGN(const std::string_view text, string_of(value));
    return parse(text, out);
  };
}

Status into_uuid(std::string_view text, auto& out) {
  const auto id = Uuid::parse(text);
  if (!id) return fail(wrong(" must be a UUID of 36 lower-case characters"));
  out = *id;
  return {};
}

Status into_digest(std::string_view text, auto& out) {
  const auto digest = Sha256Digest::from_hex(text);
  if (!digest) return fail(wrong(" must be a SHA-256 of 64 lower-case hexadecimal digits"));
  out = *digest;
  return {};
}

Status check_text(std::string_view text, const TextRule& rule) {
  if (text.size() < rule.least) return fail(wrong(" must not be empty"));
  if (text.size() <= rule.most) return {};
  if (rule.limit != nullptr) return fail(over_limit("bytes", rule.limit, rule.most));
  return fail(wrong(" must not be longer than " + std::to_string(rule.most) + " bytes"));
}

Status into_text(Value& value, const TextRule& rule, auto& out) {
  KL_ASSIGN(const std::string_view text, string_of(value));
  KL_TRY(check_text(text, rule));
  out = std::string(text);
  return {};
}

Status into_tag(Value& value, std::string& out) {
  KL_TRY(into_text(value, kTagText, out));
  std::uint64_t levels = 0;
  bool in_level = false;
  for (const char c : out) {
    if (c != '/' && !in_level) ++levels;
    in_level = c != '/';
  }
  if (levels > kLimits.tag_depth) return fail(over_limit("levels", "tag_depth", kLimits.tag_depth));
  return {};
}

Error too_many_elements() {
  return wrong(" must not have more than " + std::to_string(kMostElements) + " elements");
}

}  // namespace

Error over_limit(std::string_view what, std::string_view limit, std::uint64_t value) {
  return Error{ErrorCode::too_large, " has more " + std::string(what) + " than limits." + std::string(limit) +
                                         " (" + std::to_string(value) + ")"};
}

Result<std::string_view> string_of(Value& value) {
  simdjson::ondemand::json_type type{};
  if (value.type().get(type) != simdjson::SUCCESS) return fail(broken());
  if (type != simdjson::ondemand::json_type::string) return fail(wrong(" must be text"));
  std::string_view text;
  if (value.get_string().get(text) != simdjson::SUCCESS) return fail(broken());
  return text;
}

Status read_object(Value& value, const Fields& fields) {
  simdjson::ondemand::object object;
  if (value.get_object().get(object) != simdjson::SUCCESS) return fail(wrong(" must be an object"));
  std::uint64_t seen = 0;
  std::optional<Error> first;
  for (auto item : object) {
    simdjson::ondemand::field field;
    std::string_view key;
    if (std::move(item).get(field) != simdjson::SUCCESS ||
        field.unescaped_key().get(key) != simdjson::SUCCESS)
      return fail(broken());
    const auto known =
        std::find_if(fields.begin(), fields.end(), [&](const Field& f) { return f.name == key; });
    if (known == fields.end()) continue;
    Value inner = field.value();
    bool is_null = false;
    if (inner.is_null().get(is_null) != simdjson::SUCCESS) return fail(broken());
    if (is_null) continue;
    seen |= 1ULL << static_cast<unsigned>(known - fields.begin());
    if (Status status = known->read(inner); !status && !first)
      first = inside(std::string(key), std::move(status).error());
  }
  if (first) return fail(std::move(*first));
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (fields[i].need == Need::required && (seen >> i & 1U) == 0)
      return fail(inside(std::string(fields[i].name), wrong(" is missing")));
  return {};
}

Status read_list(Value& value, std::size_t most, const Error& too_many, const Read& element) {
  simdjson::ondemand::array array;
  if (value.get_array().get(array) != simdjson::SUCCESS) return fail(wrong(" must be a list"));
  std::size_t count = 0;
  for (auto item : array) {
    if (count == most) return fail(too_many);
    Value inner;
    if (std::move(item).get(inner) != simdjson::SUCCESS) return fail(broken());
    if (Status status = element(inner); !status)
      return fail(inside("[" + std::to_string(count) + "]", std::move(status).error()));
    ++count;
  }
  return {};
}

std::vector<RequestField> describe(const Fields& fields) {
  std::vector<RequestField> all;
  for (const Field& field : fields) {
    all.push_back({std::string(field.name), field.need == Need::required});
    if (field.inner == nullptr) continue;
    for (RequestField& inner : field.inner())
      all.push_back({std::string(field.name) + "." + inner.name, inner.required});
  }
  return all;
}

Read text(std::string& out, const TextRule& rule) {
  return [&out, &rule](Value& value) { return into_text(value, rule, out); };
}
Read text(std::optional<std::string>& out, const TextRule& rule) {
  return [&out, &rule](Value& value) { return into_text(value, rule, out); };
}
Read texts(std::vector<std::string>& out, const TextRule& rule) {
  return [&out, &rule](Value& value) {
    return read_list(value, kMostElements, too_many_elements(),
                     [&](Value& element) { return into_text(element, rule, out.emplace_back()); });
  };
}

Read tag(std::string& out) {
  return [&out](Value& value) { return into_tag(value, out); };
}
Read tags(std::vector<std::string>& out) {
  return [&out](Value& value) {
    return read_list(value, kLimits.tags_per_link,
                     over_limit("elements", "tags_per_link", kLimits.tags_per_link),
                     [&](Value& element) { return into_tag(element, out.emplace_back()); });
  };
}

Result<std::uint64_t> unsigned_of(Value& value, const NumberRule& rule) {
  std::uint64_t number = 0;
  if (value.get_uint64().get(number) != simdjson::SUCCESS) return fail(wrong(" must be a whole number"));
  if (number >= rule.least && number <= rule.most) return number;
  if (number > rule.most && rule.limit != nullptr)
    return fail(Error{ErrorCode::too_large, " is more than limits." + std::string(rule.limit) + " allows (" +
                                                std::to_string(rule.most) + ")"});
  return fail(wrong(" must be between " + std::to_string(rule.least) + " and " + std::to_string(rule.most)));
}

Read number(std::uint32_t& out, const NumberRule& rule) {
  return [&out, &rule](Value& value) -> Status {
    KL_ASSIGN(const std::uint64_t number, unsigned_of(value, rule));
    out = static_cast<std::uint32_t>(number);
    return {};
  };
}
Read number(std::optional<std::uint32_t>& out, const NumberRule& rule) {
  return [&out, &rule](Value& value) -> Status {
    KL_ASSIGN(const std::uint64_t number, unsigned_of(value, rule));
    out = static_cast<std::uint32_t>(number);
    return {};
  };
}
Read size(std::uint64_t& out, const NumberRule& rule) {
  return [&out, &rule](Value& value) -> Status {
    KL_ASSIGN(out, unsigned_of(value, rule));
    return {};
  };
}

Read offset(std::int32_t& out) {
  return [&out](Value& value) -> Status {
    std::int64_t number = 0;
    if (value.get_int64().get(number) != simdjson::SUCCESS) return fail(wrong(" must be a whole number"));
    if (number < INT32_MIN || number > INT32_MAX) return fail(wrong(" must be a number of 32 bits"));
    out = static_cast<std::int32_t>(number);
    return {};
  };
}

Read flag(bool& out) {
  return [&out](Value& value) -> Status {
    if (value.get_bool().get(out) != simdjson::SUCCESS) return fail(wrong(" must be true or false"));
    return {};
  };
}

namespace {

template <class Time>
Read time_into(Time& out) {
  return parsed(out, [](std::string_view text, Time& time) -> Status {
    const auto parsed_time = parse_time(text);
    if (!parsed_time) return fail(wrong(" must be a time as RFC 3339 writes it"));
    time = *parsed_time;
    return {};
  });
}

}  // namespace

Read time(UnixMs& out) { return time_into(out); }
Read time(std::optional<UnixMs>& out) { return time_into(out); }

Read uuid(Uuid& out) {
  return parsed(out, [](std::string_view text, Uuid& id) { return into_uuid(text, id); });
}
Read uuid(std::optional<Uuid>& out) {
  return parsed(out, [](std::string_view text, std::optional<Uuid>& id) { return into_uuid(text, id); });
}
Read uuids(std::vector<Uuid>& out) {
  return [&out](Value& value) {
    return read_list(value, kMostElements, too_many_elements(), [&](Value& element) -> Status {
      KL_ASSIGN(const std::string_view text, string_of(element));
      return into_uuid(text, out.emplace_back());
    });
  };
}

Read digest(std::optional<Sha256Digest>& out) {
  return parsed(out, [](std::string_view text, std::optional<Sha256Digest>& digest) {
    return into_digest(text, digest);
  });
}
Read digests(std::vector<Sha256Digest>& out) {
  return [&out](Value& value) {
    return read_list(value, kLimits.have_batch, over_limit("elements", "have_batch", kLimits.have_batch),
                     [&](Value& element) -> Status {
                       KL_ASSIGN(const std::string_view text, string_of(element));
                       return into_digest(text, out.emplace_back());
                     });
  };
}

Read bytes(Bytes& out, std::uint64_t most, const char* limit) {
  return [&out, most, limit](Value& value) -> Status {
    simdjson::ondemand::json_type type{};
    if (value.type().get(type) != simdjson::SUCCESS || type != simdjson::ondemand::json_type::string)
      return fail(wrong(" must be text"));
    std::string_view text = value.raw_json_token();
    text = text.substr(1, text.rfind('"') - 1);
    // "/" may be written "\/"; then the text has to be unescaped first.
    if (text.find('\\') != std::string_view::npos) {
      KL_ASSIGN(text, string_of(value));
    }
    if (text.size() > (most + 2) / 3 * 4) return fail(over_limit("bytes", limit, most));
    if (!base64_decode(text, out)) return fail(wrong(" must be base64 with padding"));
    if (out.size() > most) return fail(over_limit("bytes", limit, most));
    return {};
  };
}

Read engine(capture::Engine& out) {
  return parsed(out, [](std::string_view text, capture::Engine& engine) -> Status {
    const auto known = capture::engine_from_name(text);
    if (!known) return fail(wrong(" must be tab, link_tab, browser, fetch or import"));
    engine = *known;
    return {};
  });
}

}  // namespace keepleaf::protocol::decoding
