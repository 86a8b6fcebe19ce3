// The vectors of requests: what must be read, what must be refused, and what follows from the schema for each
// of them.
#include <set>

#include "contract.h"
#include "support/catch.h"

namespace keepleaf::test {
namespace {

// A value of no type that the field could have.
Json of_another_type(const Json& value) {
  if (value.is_string()) return 7;
  if (value.is_number()) return "7";
  if (value.is_boolean()) return "true";
  return 7;
}

}  // namespace

TEST_CASE("every valid vector is read as the message that it names") {
  std::set<std::string> types;
  for (const Vector& vector : vectors("valid")) {
    INFO(vector.name << ": " << vector.json.at("why"));
    const Json& json = vector.json.at("request");
    const auto decoded = decode(json.dump());
    REQUIRE(outcome(decoded) == "ok");
    CHECK(decoded->id == json.at("id").get<std::uint32_t>());
    CHECK(protocol::type_name(decoded->body) == json.at("type").get<std::string>());
    types.insert(json.at("type").get<std::string>());
  }
  for (const std::string_view type : protocol::request_types()) CHECK(types.count(std::string(type)) == 1);
}

TEST_CASE("every invalid vector is refused with its code") {
  const auto all = vectors("invalid");
  CHECK(all.size() >= 60);
  for (const Vector& vector : all) {
    INFO(vector.name << ": " << vector.json.at("why"));
    CHECK(outcome(decode(vector.json.at("text").get<std::string>())) ==
          vector.json.at("expect").get<std::string>());
  }
}

TEST_CASE("the order of fields does not matter") {
  for (const Vector& vector : vectors("valid")) {
    INFO(vector.name);
    const Json& json = vector.json.at("request");
    const auto reversed = [](const Json& object) {
      Json out = Json::object();
      for (auto field = object.rbegin(); field != object.rend(); ++field) out[field.key()] = field.value();
      return out;
    };
    Json other = reversed(json);
    other["body"] = reversed(json.at("body"));
    CHECK(outcome(other) == "ok");
  }
}

TEST_CASE("a required field that is absent or null is missed, an optional one is not") {
  for (const Vector& vector : vectors("valid")) {
    const Json& json = vector.json.at("request");
    const Json& fields = schema().at("messages").at(json.at("type").get<std::string>()).at("request");
    for (const auto& [name, field] : fields.items()) {
      INFO(vector.name << " without " << name);
      const std::string expected = field.at("required").get<bool>() ? "bad_request" : "ok";
      Json without = json;
      without["body"].erase(name);
      CHECK(outcome(without) == expected);
      Json null = json;
      null["body"][name] = nullptr;
      CHECK(outcome(null) == expected);
    }
  }
}

TEST_CASE("a field of another type is refused, wherever it stands") {
  for (const Vector& vector : vectors("valid")) {
    const Json& json = vector.json.at("request");
    const Json& fields = schema().at("messages").at(json.at("type").get<std::string>()).at("request");
    for (const auto& [name, value] : json.at("body").items()) {
      if (value.is_null() || !fields.contains(name)) continue;
      INFO(vector.name << " with another " << name);
      Json wrong = json;
      wrong["body"][name] = of_another_type(value);
      CHECK(outcome(wrong) == "bad_request");
      wrong["body"][name] = Json::object({{"x", 1}});
      CHECK(outcome(wrong) == "bad_request");
      const Json object = value.is_object() ? value : Json::object();
      for (const auto& [inner, inner_value] : object.items()) {
        INFO(inner);
        wrong["body"][name] = value;
        wrong["body"][name][inner] = of_another_type(inner_value);
        CHECK(outcome(wrong) == "bad_request");
      }
      if (!value.is_array() || value.empty()) continue;
      wrong["body"][name] = value;
      wrong["body"][name][0] = of_another_type(value[0]);
      CHECK(outcome(wrong) == "bad_request");
      const Json element = value[0].is_object() ? value[0] : Json::object();
      for (const auto& [inner, inner_value] : element.items()) {
        INFO(inner);
        wrong["body"][name] = value;
        wrong["body"][name][0][inner] = of_another_type(inner_value);
        CHECK(outcome(wrong) == "bad_request");
      }
    }
  }
}

TEST_CASE("a frame cut off anywhere is refused, and nothing is read beyond its end") {
  for (const Vector& vector : vectors("valid")) {
    const std::string text = vector.json.at("request").dump();
    for (std::size_t length = 0; length < text.size(); ++length) {
      INFO(vector.name << " cut at " << length);
      CHECK(outcome(decode(text.substr(0, length))) == "bad_json");
    }
  }
}

TEST_CASE("bytes that are not UTF-8 are refused") {
  const std::string head = R"({"v":1,"id":1,"type":"link.lookup","body":{"url":"https://a.example/)";
  for (const std::string bad : {"\xFF", "\xC3", "\xE2\x82", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xC0\xAF"}) {
    CHECK(outcome(decode(head + bad + R"("}})")) == "bad_json");
  }
  CHECK(outcome(decode(head + "\xF0\x9F\x8D\x83" + R"("}})")) == "ok");
}

TEST_CASE("what can be told of a broken request is told") {
  auto failure = decode(R"({"v":1,"type":"ping","id":9,"body":{"a":1,"a":1}})").error();
  CHECK(failure.id == 9U);
  CHECK(failure.type == "ping");
  failure = decode(R"({"body":{"a":1,"a":1},"type":"ping","id":9,"v":1})").error();
  CHECK(failure.id == 9U);
  failure = decode(R"({"v":1,"id":9,"id":10,"type":"ping","body":{}})").error();
  CHECK_FALSE(failure.id.has_value());
  failure =
      decode(R"({"v":1,"id":9,"type":"capture.chunk","body":{"data":"YWJj","crc32c":"00000000","offset":0,)"
             R"("upload":4,"capture":"019aa9f0-5c00-7000-8000-000000000001"}})")
          .error();
  CHECK(failure.error.code == ErrorCode::checksum_mismatch);
  REQUIRE(failure.capture.has_value());
  CHECK(failure.capture->str() == "019aa9f0-5c00-7000-8000-000000000001");
  CHECK(failure.upload == 4U);
}

TEST_CASE("an error names the field by its path") {
  const auto message = [](const Json& json) { return decode(json.dump()).error().error.message; };
  CHECK(message(request("link.lookup", {{"url", 7}})) == "link.lookup: url must be text");
  CHECK(message(request("link.add", {{"url", "https://a.example/"}, {"tags", {"a", 7}}})) ==
        "link.add: tags[1] must be text");
  CHECK(
      message(request("capture.commit", {{"capture", "019aa9f0-5c00-7000-8000-000000000001"},
                                         {"parts", 1},
                                         {"page",
                                          {{"url", "https://a.example/"},
                                           {"taken_at", "2026-11-22T05:55:01Z"},
                                           {"engine", "tab"},
                                           {"viewport", {{"width", -1}, {"height", 1}, {"scale", 1}}}}}})) ==
      "capture.commit: page.viewport.width must be a whole number");
}

}  // namespace keepleaf::test
